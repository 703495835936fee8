package openapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/faregate/faregate/models/openapi"
)

// What callers are given says where and how they call us, whatever the document says of its upstream.
func TestExport(t *testing.T) {
	additions := openapi.Additions{Server: "https://portal.example/invoke/tides/v1", About: "https://portal.example/apis/tides/v1", Price: "$0.02 per call"}
	for _, row := range []struct{ sentence, document string }{
		{"OpenAPI 3.1 as JSON", `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "servers": [{"url": "http://upstream.internal"}], "security": [{"own": []}],
			"components": {"securitySchemes": {"own": {"type": "apiKey", "in": "header", "name": "X-Secret"}}},
			"paths": {"/z": {"servers": [{"url": "http://upstream.internal"}], "get": {"security": [{"own": []}], "servers": [{"url": "http://upstream.internal"}], "responses": {"200": {"description": "Z"}}}}, "/a": {"post": {"responses": {}}}}}`},
		{"OpenAPI 3.0 as YAML", "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: 'http://upstream.internal'}]\npaths:\n  /z:\n    get: &same\n      responses: {'200': {description: Z}}\n  /a:\n    post: *same\n"},
		{"OpenAPI 3.2 with a method of its own", `{"openapi": "3.2.0", "$self": "http://upstream.internal/openapi", "info": {"title": "T", "version": "1"},
			"paths": {"/z": {"query": {"responses": {"200": {"description": "Z"}}}}, "/a": {"additionalOperations": {"COPY": {"responses": {"200": {"description": "Z"}}}}}}}`},
		{"Swagger 2.0", `{"swagger": "2.0", "info": {"title": "T", "version": "1"}, "host": "upstream.internal", "basePath": "/", "schemes": ["http"],
			"securityDefinitions": {"own": {"type": "apiKey", "in": "header", "name": "X-Secret"}}, "security": [{"own": []}],
			"paths": {"/z": {"get": {"responses": {"200": {"description": "Z"}}}}, "/a": {"post": {"responses": {"200": {"description": "A"}}}}}}`},
	} {
		loaded, err := openapi.Load([]byte(row.document))
		if err != nil {
			t.Fatalf("%s: %v", row.sentence, err)
		}
		raw, err := openapi.Export(loaded, additions)
		if err != nil || !json.Valid(raw) {
			t.Errorf("%s: %v: %s", row.sentence, err, raw)
			continue
		}
		text := string(raw)
		for _, want := range []string{`"servers":[{"url":"https://portal.example/invoke/tides/v1"}]`, `"x-faregate-price":"$0.02 per call"`, `"faregateKey"`} {
			if strings.Count(text, want) < 1 {
				t.Errorf("%s: it does not say %s: %s", row.sentence, want, text)
			}
		}
		for _, secret := range []string{"upstream.internal", "X-Secret"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: it says %s: %s", row.sentence, secret, text)
			}
		}
		if n := strings.Count(text, `"402":{"$ref":"#/components/responses/FaregatePaymentRequired"}`); n != 2 {
			t.Errorf("%s: %d operations have 402: %s", row.sentence, n, text)
		}
		if strings.Index(text, `"/z"`) > strings.Index(text, `"/a"`) {
			t.Errorf("%s: its paths are in another order: %s", row.sentence, text)
		}
		if _, err := openapi.Load(raw); err != nil {
			t.Errorf("%s: what was written cannot be read: %v", row.sentence, err)
		}
	}
}

// An answer 402 of the document's own stays.
func TestExportKeepsItsOwn402(t *testing.T) {
	loaded, err := openapi.Load([]byte(`{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {"402": {"description": "Ours"}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := openapi.Export(loaded, openapi.Additions{})
	if err != nil || !strings.Contains(string(raw), `"402":{"description":"Ours"}`) {
		t.Errorf("%v: %s", err, raw)
	}
}
