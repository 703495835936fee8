package openapi

// Document is everything that the portal understands of a document.
type Document struct {
	Outline    Outline
	Operations []Operation
	Schemas    []NamedSchema
}

// Outline is what lists and navigation need of a document, without the operations' details.
type Outline struct {
	Spec           string // the version of OpenAPI as the document writes it, such as "3.1.1"; "2.0" for Swagger
	Title, Version string
	Summary        string `json:",omitempty"`
	Description    string `json:",omitempty"` // CommonMark, not yet sanitised, as are all descriptions
	TermsOfService string `json:",omitempty"` // an address
	Contact        Contact
	License        License
	Servers        []Server         `json:",omitempty"`
	Tags           []Tag            `json:",omitempty"` // as declared, then those that operations use undeclared
	Operations     []OperationLine  `json:",omitempty"` // in the order of the document
	Schemas        []string         `json:",omitempty"` // the names of the parts, in the order of the document
	Security       []SecurityScheme `json:",omitempty"`
	Unsupported    []Unsupported    `json:",omitempty"`
}

// Contact is who answers for the API.
type Contact struct{ Name, URL, Email string }

// License is what the API may be used under.
type License struct{ Name, Identifier, URL string }

// Server is an address that the document says the API is at. Ours takes its place on pages.
type Server struct{ URL, Description string }

// Tag groups operations.
type Tag struct {
	Name        string
	Summary     string `json:",omitempty"` // shown in place of the name
	Description string `json:",omitempty"`
	Parent      string `json:",omitempty"` // of OpenAPI 3.2: the tag that this one stands under
}

// OperationLine is an operation as a list shows it.
type OperationLine struct {
	ID         string   // unique within the document and fit for an address
	Method     string   // in upper case, such as GET, QUERY, or one of additionalOperations
	Path       string   // with its templates, such as /users/{id}
	Summary    string   `json:",omitempty"`
	Tags       []string `json:",omitempty"`
	Deprecated bool     `json:",omitempty"`
}

// Operation is everything about one operation.
type Operation struct {
	OperationLine
	OperationID string        `json:",omitempty"` // as the document has it
	Description string        `json:",omitempty"`
	Docs        Link          `json:",omitzero"`
	Parameters  []Parameter   `json:",omitempty"` // the path item's too, in the order path, query, header, cookie
	Body        *Body         `json:",omitempty"`
	Responses   []Response    `json:",omitempty"` // by status, default last
	Security    []Requirement `json:",omitempty"` // alternatives; empty for what asks for nothing
	Callbacks   []string      `json:",omitempty"` // their names
}

// Link is an address with a text.
type Link struct{ URL, Text string }

// Parameter is one in the path, the query, a header or a cookie; or a header of a response.
type Parameter struct {
	Name        string
	In          string `json:",omitempty"` // path, query, querystring, header, cookie; "" for a header of a response
	Description string `json:",omitempty"`
	Required    bool   `json:",omitempty"`
	Deprecated  bool   `json:",omitempty"`
	Style       string `json:",omitempty"` // "" for the place's default
	Explode     bool   `json:",omitempty"`
	// Type is the media type that the value is written in where the document gives one; then style and explode do not count.
	Type     string    `json:",omitempty"`
	Schema   *Schema   `json:",omitempty"`
	Examples []Example `json:",omitempty"`
}

// Body is what an operation is sent.
type Body struct {
	Description string  `json:",omitempty"`
	Required    bool    `json:",omitempty"`
	Content     []Media `json:",omitempty"`
}

// Media is a body of one media type.
type Media struct {
	Type     string    // such as application/json; may be a range such as text/*
	Schema   *Schema   `json:",omitempty"`
	Item     *Schema   `json:",omitempty"` // of OpenAPI 3.2: of each item of a sequence, such as an event of a stream
	Examples []Example `json:",omitempty"`
}

// Example is a value that the document gives.
type Example struct {
	Name, Summary string `json:",omitempty"`
	Value         string `json:",omitempty"` // JSON, indented; or text as it is where the media type is no JSON
	URL           string `json:",omitempty"` // where the value is elsewhere
}

// Response is an answer to an operation.
type Response struct {
	Status      string      // "200", "4XX" or "default"
	Description string      `json:",omitempty"`
	Headers     []Parameter `json:",omitempty"`
	Content     []Media     `json:",omitempty"`
	Links       []string    `json:",omitempty"` // their names
}

// SecurityScheme is a way in that the document names. Callers of ours use a key; these are told for completeness.
type SecurityScheme struct {
	Name, Type  string // Type is apiKey, http, mutualTLS, oauth2 or openIdConnect
	Description string `json:",omitempty"`
	In, Field   string `json:",omitempty"` // of apiKey
	Scheme      string `json:",omitempty"` // of http: bearer, basic …
}

// Requirement are the schemes that have to be met together, with the scopes of each.
type Requirement []SchemeUse

// SchemeUse is a scheme that an operation takes.
type SchemeUse struct {
	Name   string
	Scopes []string `json:",omitempty"`
}

// Unsupported is something in the document that the portal keeps and does not show.
type Unsupported struct {
	Pointer string // where, as a JSON Pointer (RFC 6901)
	What    string // a sentence
}
