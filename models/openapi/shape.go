package openapi

import "strings"

// want is what may stand somewhere.
type want uint8

const (
	anyValue want = iota
	aText
	aFlag
	aNumber
	aCount    // a whole number from 0
	texts     // a list of texts
	typeNames // a text or a list of texts
	aBound    // a number; before OpenAPI 3.1 true or false
	values    // a list of any values
	one       // an object of shape of
	listOf    // a list of such
	mapOf     // an object whose every member is such
)

// field is what may stand in a member.
type field struct {
	want want
	of   *shape
}

// shape is a kind of object of OpenAPI 3: which members mean something, and what has to stand in them. A member that is
// not listed is kept and means nothing.
type shape struct {
	name   string // as a message names it
	fields map[string]field
	// patterned are the members that are not listed, where their names are the document's own, such as paths.
	patterned *field
	// unshown are the members that pages do not show, with the sentence that says so.
	unshown map[string]string
	// section is where in components such objects are named; "" where they have to stand in their place.
	section string
	// inline says that a reference to such an object is replaced by the object, because the module that reads the document
	// for us does not follow it.
	inline bool
}

// reference reports whether $ref may stand in place of such an object, by OpenAPI's rules.
func (s *shape) reference() bool { return s.section != "" }

// ours reports whether the names of the members are those of OpenAPI or of objects of it, so that $ref among them is meant
// as a reference even where none may stand. Documents that are spread over many files do so with operations.
func (s *shape) ours() bool { return s.patterned == nil || s.patterned.want == one }

// field returns what may stand in a member of that name, and whether the name means anything.
func (s *shape) field(name string) (field, bool) {
	if f, ok := s.fields[name]; ok {
		return f, true
	}
	if s.patterned == nil || s.patterned.want == one && strings.HasPrefix(name, "x-") { // an extension
		return field{}, false
	}
	return *s.patterned, true
}

var (
	documentShape    = &shape{name: "a document"}
	infoShape        = &shape{name: "the facts about the API"}
	contactShape     = &shape{name: "a contact"}
	licenseShape     = &shape{name: "a license"}
	serverShape      = &shape{name: "a server"}
	variableShape    = &shape{name: "a variable of a server"}
	componentsShape  = &shape{name: "a set of components"}
	pathsShape       = &shape{name: "a set of paths"}
	pathItemShape    = &shape{name: "a path", section: "pathItems", inline: true}
	operationShape   = &shape{name: "an operation"}
	docsShape        = &shape{name: "a link to documentation"}
	parameterShape   = &shape{name: "a parameter", section: "parameters"}
	headerShape      = &shape{name: "a header", section: "headers"}
	bodyShape        = &shape{name: "a request body", section: "requestBodies"}
	mediaShape       = &shape{name: "a media type", section: "mediaTypes", inline: true}
	encodingShape    = &shape{name: "an encoding"}
	responsesShape   = &shape{name: "a set of responses"}
	responseShape    = &shape{name: "a response", section: "responses"}
	callbackShape    = &shape{name: "a callback", section: "callbacks"}
	exampleShape     = &shape{name: "an example", section: "examples"}
	linkShape        = &shape{name: "a link", section: "links"}
	tagShape         = &shape{name: "a tag"}
	schemaShape      = &shape{name: "a schema", section: "schemas"}
	discriminatorOf  = &shape{name: "a discriminator"}
	xmlShape         = &shape{name: "a set of rules for XML"}
	securityShape    = &shape{name: "a security scheme", section: "securitySchemes"}
	flowsShape       = &shape{name: "a set of flows of OAuth"}
	flowShape        = &shape{name: "a flow of OAuth"}
	requirementShape = &shape{name: "a security requirement"}
	mappingShape     = &shape{name: "a mapping"}
	anythingShape    = &shape{name: "a list of names with values"}
)

// methods are the members of a path that are operations, in the order that pages list them where the document has none.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

func init() {
	is := func(w want) field { return field{want: w} }
	a := func(s *shape) field { return field{one, s} }
	list := func(s *shape) field { return field{listOf, s} }
	of := func(s *shape) field { return field{mapOf, s} }
	pattern := func(s *shape) *field { f := a(s); return &f }

	documentShape.fields = map[string]field{
		"openapi": is(aText), "$self": is(aText), "jsonSchemaDialect": is(aText), "info": a(infoShape), "servers": list(serverShape), "paths": a(pathsShape),
		"webhooks": of(pathItemShape), "components": a(componentsShape), "security": list(requirementShape), "tags": list(tagShape), "externalDocs": a(docsShape),
	}
	infoShape.fields = map[string]field{
		"title": is(aText), "summary": is(aText), "description": is(aText), "termsOfService": is(aText), "version": is(aText),
		"contact": a(contactShape), "license": a(licenseShape),
	}
	contactShape.fields = map[string]field{"name": is(aText), "url": is(aText), "email": is(aText)}
	licenseShape.fields = map[string]field{"name": is(aText), "url": is(aText), "identifier": is(aText)}
	docsShape.fields = map[string]field{"description": is(aText), "url": is(aText)}
	tagShape.fields = map[string]field{
		"name": is(aText), "summary": is(aText), "description": is(aText), "parent": is(aText), "kind": is(aText), "externalDocs": a(docsShape),
	}
	serverShape.fields = map[string]field{"url": is(aText), "name": is(aText), "description": is(aText), "variables": of(variableShape)}
	variableShape.fields = map[string]field{"enum": is(texts), "default": is(aText), "description": is(aText)}
	componentsShape.fields = map[string]field{"mediaTypes": of(mediaShape), "pathItems": of(pathItemShape)}
	for _, s := range []*shape{schemaShape, responseShape, parameterShape, exampleShape, bodyShape, headerShape, securityShape, linkShape, callbackShape} {
		componentsShape.fields[s.section] = of(s)
	}
	componentsShape.fields["schemas"] = field{mapOf, schemaShape}

	pathsShape.patterned = pattern(pathItemShape)
	pathItemShape.fields = map[string]field{
		"summary": is(aText), "description": is(aText), "servers": list(serverShape), "parameters": list(parameterShape), "additionalOperations": of(operationShape),
	}
	for _, m := range methods {
		pathItemShape.fields[m] = a(operationShape)
	}
	operationShape.fields = map[string]field{
		"tags": is(texts), "summary": is(aText), "description": is(aText), "externalDocs": a(docsShape), "operationId": is(aText), "parameters": list(parameterShape),
		"requestBody": a(bodyShape), "responses": a(responsesShape), "callbacks": of(callbackShape), "deprecated": is(aFlag), "security": list(requirementShape),
		"servers": list(serverShape),
	}
	parameterShape.fields = map[string]field{
		"name": is(aText), "in": is(aText), "description": is(aText), "required": is(aFlag), "deprecated": is(aFlag), "allowEmptyValue": is(aFlag),
		"style": is(aText), "explode": is(aFlag), "allowReserved": is(aFlag), "schema": a(schemaShape), "example": is(anyValue), "examples": of(exampleShape),
		"content": of(mediaShape),
	}
	headerShape.fields = parameterShape.fields
	bodyShape.fields = map[string]field{"description": is(aText), "required": is(aFlag), "content": of(mediaShape)}
	mediaShape.fields = map[string]field{
		"schema": a(schemaShape), "itemSchema": a(schemaShape), "example": is(anyValue), "examples": of(exampleShape), "encoding": of(encodingShape),
	}
	encodingShape.fields = map[string]field{
		"contentType": is(aText), "headers": of(headerShape), "style": is(aText), "explode": is(aFlag), "allowReserved": is(aFlag),
	}
	responsesShape.patterned = pattern(responseShape)
	responseShape.fields = map[string]field{
		"summary": is(aText), "description": is(aText), "headers": of(headerShape), "content": of(mediaShape), "links": of(linkShape),
	}
	callbackShape.patterned = pattern(pathItemShape)
	exampleShape.fields = map[string]field{
		"summary": is(aText), "description": is(aText), "value": is(anyValue), "dataValue": is(anyValue), "serializedValue": is(aText), "externalValue": is(aText),
	}
	linkShape.fields = map[string]field{
		"operationRef": is(aText), "operationId": is(aText), "description": is(aText), "parameters": a(anythingShape), "requestBody": is(anyValue), "server": a(serverShape),
	}
	securityShape.fields = map[string]field{
		"type": is(aText), "description": is(aText), "name": is(aText), "in": is(aText), "scheme": is(aText), "bearerFormat": is(aText), "openIdConnectUrl": is(aText),
		"flows": a(flowsShape), "deprecated": is(aFlag),
	}
	flowsShape.fields = map[string]field{
		"implicit": a(flowShape), "password": a(flowShape), "clientCredentials": a(flowShape), "authorizationCode": a(flowShape), "deviceAuthorization": a(flowShape),
	}
	flowShape.fields = map[string]field{"authorizationUrl": is(aText), "tokenUrl": is(aText), "refreshUrl": is(aText), "scopes": a(mappingShape)}
	requirementShape.patterned = &field{want: texts}
	mappingShape.patterned = &field{want: aText}
	discriminatorOf.fields = map[string]field{"propertyName": is(aText), "mapping": a(mappingShape), "defaultMapping": is(aText)}
	xmlShape.fields = map[string]field{
		"name": is(aText), "namespace": is(aText), "prefix": is(aText), "nodeType": is(aText), "attribute": is(aFlag), "wrapped": is(aFlag),
	}
	schemaShape.fields = schemaFields(is, a, list, of)
}

// schemaFields are the keywords of OpenAPI 3.0's schemas and of JSON Schema 2020-12.
func schemaFields(is func(want) field, a, list, of func(*shape) field) map[string]field {
	fields := map[string]field{
		"type": is(typeNames), "required": is(texts), "enum": is(values), "examples": is(values), "default": is(anyValue), "example": is(anyValue), "const": is(anyValue),
		"exclusiveMinimum": is(aBound), "exclusiveMaximum": is(aBound), "discriminator": a(discriminatorOf), "xml": a(xmlShape), "externalDocs": a(docsShape),
		"dependentRequired": a(requirementShape),
	}
	for _, name := range []string{"title", "description", "format", "pattern", "$schema", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$comment", "contentMediaType", "contentEncoding"} {
		fields[name] = is(aText)
	}
	for _, name := range []string{"nullable", "readOnly", "writeOnly", "deprecated", "uniqueItems", "allowEmptyValue"} {
		fields[name] = is(aFlag)
	}
	for _, name := range []string{"minimum", "maximum", "multipleOf"} {
		fields[name] = is(aNumber)
	}
	for _, name := range []string{"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"} {
		fields[name] = is(aCount)
	}
	for _, name := range []string{"allOf", "oneOf", "anyOf", "prefixItems"} {
		fields[name] = list(schemaShape)
	}
	for _, name := range []string{"properties", "patternProperties", "dependentSchemas", "$defs"} {
		fields[name] = of(schemaShape)
	}
	for _, name := range []string{"not", "items", "contains", "propertyNames", "if", "then", "else", "contentSchema", "additionalProperties", "unevaluatedItems", "unevaluatedProperties"} {
		fields[name] = a(schemaShape)
	}
	return fields
}
