package handlers

import (
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// LLMsText is the catalogue for readers that are language models (llmstxt.org): what is here, what it costs, and how it is called.
func (h *Handlers) LLMsText(c echo.Context) error {
	found, err := h.seen(c)
	if err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, `# Faregate

> A catalogue of APIs that are called through one gateway with one key, and paid for from one prepaid wallet.

- Every call goes to %s/<api>/<version>/<path>, with the header "Authorization: Bearer <key>".
- A key is made after sign-up at %s; an API has to be subscribed to on its page before it is called.
- 402 means that paying lets the same call succeed: its field "Link" with rel="payment" leads to the page. 429 means that waiting does.

## APIs

`, h.absolute(strings.TrimSuffix(paths.InvokePrefix, "/")), h.absolute(paths.SignUp))
	for versions := range byAPI(found.Rows) {
		for _, row := range versions {
			h.writeAPI(&text, row)
		}
	}
	if found.Next != "" {
		fmt.Fprintf(&text, "- [More APIs](%s)\n", h.absolute(paths.After(paths.LLMsText, found.Next)))
	}
	fmt.Fprintf(&text, "\n## Optional\n\n- [API catalogue as a linkset](%s)\n- [apis.json](%s)\n", h.absolute(paths.APICatalog), h.absolute(paths.APIsJSON))
	return serveDocument(c, "text/plain; charset=utf-8", []byte(text.String()))
}

func (h *Handlers) writeAPI(text *strings.Builder, row models.APIListing) {
	slug, version := row.API.Slug, row.Version.Name
	address := h.absolute(paths.APIVersion(slug, version))
	if row.Document != "" {
		address = h.absolute(paths.VersionDocument(slug, version))
	}
	fmt.Fprintf(text, "- [%s %s](%s): ", plainLine(row.API.Name), version, address)
	if row.API.Summary != "" {
		text.WriteString(plainLine(row.API.Summary) + " ")
	}
	fmt.Fprintf(text, "%s, called at %s.", h.price(row.Plan.Price).String(), h.invokes(row))
	if row.Version.State == models.Deprecated {
		fmt.Fprintf(text, " Deprecated: %s.", h.absolute(paths.Deprecation(slug, version)))
	}
	text.WriteByte('\n')
}

var linkWords = strings.NewReplacer("[", "(", "]", ")", "<", "(", ">", ")", "`", "'")

// plainLine is a line of a provider's that forms neither a link nor markup in a Markdown list.
func plainLine(text string) string { return linkWords.Replace(strings.Join(strings.Fields(text), " ")) }
