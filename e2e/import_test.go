package e2e

import "testing"

// tideTables has a tag that nothing describes and a path that is asked for twice in one way: what rules speak of.
const tideTables = `openapi: 3.1.1
info:
  title: Tide Tables
  version: "2026-11"
  description: |
    High and low water for any harbour. Computed each night.
  contact: {email: harbour@tides.example}
servers:
  - url: https://tides.example/v1
tags:
  - name: harbours
paths:
  /today:
    get:
      operationId: today
      tags: [harbours]
      summary: The tides of today
      responses:
        "200":
          description: The tides
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Tide"}
components:
  schemas:
    Tide:
      type: object
      properties:
        at: {type: string, format: date-time}
        next: {$ref: "#/components/schemas/Tide"}
`

// An API begins with a document, and a version gets another one: what was understood is shown, and what is broken is shown at
// its place. It works in a browser without JavaScript, too.
func TestAnAPIBeginsWithItsDocument(t *testing.T) {
	t.Parallel()
	demo := startDemo(t)
	for _, browser := range []struct {
		name    string
		scripts bool
	}{{"Pat", true}, {"Pat without scripts", false}} {
		pat := visit(t, demo, browser.name)
		if !browser.scripts {
			pat.withoutScripts()
		}
		pat.open("/t/quotable/apis/new")
		pat.click("Sign in as the provider")
		pat.click("Begin with a document")
		pat.click("Import")
		pat.sees("one of the three")
		pat.fill("Or its text", "openapi: 3.1.1\ninfo:\n  title: [Tides\n")
		pat.click("Import")
		pat.sees("The pasted text was not imported", "Line ", "Download what was received")
		pat.click("Import another document")
		pat.fill("Or its text", tideTables)
		pat.click("Import")
		pat.sees("The pasted text is imported", "Tide Tables, version 2026-11", "OpenAPI 3.1.1")
		pat.click("Describe the API")
		pat.sees("Filled in from Tide Tables", "1 operation")
		if got := pat.value("Upstream URL") + " " + pat.value("In one line") + " " + pat.value("Example path") + " " + pat.value("Support by mail"); got != "https://tides.example/v1 High and low water for any harbour. /today harbour@tides.example" {
			t.Errorf("the form is filled in with %s", got)
		}
		if browser.scripts {
			pat.click("Create draft")
			pat.sees("Tide Tables", "draft")
			pat.open("/t/quotable/apis/tide-tables/versions/v1")
			pat.sees("Tide Tables, version 2026-11")
			pat.click("Findings and operations")
			pat.sees("Document of Tide Tables v1", "harbours", "/today", "The tides of today", "Replace it")
		}
	}
	signedIn(t, demo, demo.Logins.Provider).send("/t/quotable/apis/new", "name", "Fog Horn", "upstream", "https://fog.example")
	pat := visit(t, demo, "Pat again")
	pat.open("/t/quotable/apis/fog-horn/versions/v1/document")
	pat.click("Sign in as the provider")
	pat.sees("No document yet", "Import one")
}
