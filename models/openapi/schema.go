package openapi

// NamedSchema is a schema that has a name in the document.
type NamedSchema struct {
	Name   string
	Schema *Schema
}

// Schema is a JSON Schema (2020-12, or the dialect of an older OpenAPI brought into its words) as far as readers are shown it.
type Schema struct {
	// Ref is the name of the schema that stands here; what else is set is said in addition to it.
	Ref string `json:",omitempty"`

	Types       []string `json:",omitempty"` // "null" is one of them; empty where any is allowed
	Format      string   `json:",omitempty"`
	Title       string   `json:",omitempty"`
	Description string   `json:",omitempty"`
	// Never is the schema false, which nothing satisfies.
	Never bool `json:",omitempty"`

	Enum     []string `json:",omitempty"` // values as JSON
	Const    string   `json:",omitempty"` // JSON; "" if there is none
	Default  string   `json:",omitempty"` // JSON; "" if there is none
	Examples []string `json:",omitempty"` // JSON
	// Limits are the other assertions by their keyword, such as minimum, maxLength, pattern or uniqueItems.
	Limits []Limit `json:",omitempty"`

	Properties []Property `json:",omitempty"` // in the order of the document
	// Additional is what other properties must be; nil where the document says nothing of them, Never where there can be none.
	Additional  *Schema    `json:",omitempty"`
	Patterns    []Property `json:",omitempty"` // patternProperties: the name is the pattern
	Items       *Schema    `json:",omitempty"`
	PrefixItems []*Schema  `json:",omitempty"`

	AllOf         []*Schema      `json:",omitempty"`
	OneOf         []*Schema      `json:",omitempty"`
	AnyOf         []*Schema      `json:",omitempty"`
	Not           *Schema        `json:",omitempty"`
	Discriminator *Discriminator `json:",omitempty"`

	ReadOnly   bool `json:",omitempty"`
	WriteOnly  bool `json:",omitempty"`
	Deprecated bool `json:",omitempty"`
}

// Limit is an assertion with a single value.
type Limit struct{ Keyword, Value string }

// Property is a member of an object.
type Property struct {
	Name     string
	Required bool `json:",omitempty"`
	Schema   *Schema
}

// Discriminator says which of several schemas a value is of.
type Discriminator struct {
	Property string
	Mapping  []Mapping `json:",omitempty"`
}

// Mapping is a value of a discriminator, and the name of the schema that it stands for.
type Mapping struct{ Value, Schema string }
