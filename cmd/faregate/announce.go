package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/faregate/faregate/cmd/faregate/demo"
	"github.com/faregate/faregate/web/paths"
)

// announcement is the line of --json.
type announcement struct {
	PortalURL string `json:"portal_url"`
	Logins    struct {
		Provider demo.Login `json:"provider"`
		Consumer demo.Login `json:"consumer"`
	} `json:"logins"`
	Keys      demo.Keys `json:"keys"`
	InvokeURL string    `json:"invoke_url"`
	MineURL   string    `json:"mine_url,omitempty"`
	PriceNano int64     `json:"price_nano"` // of one call
}

// announce says what there is and what to do first: a line of JSON to programs, a page of text to people.
func (d *demoServer) announce(to io.Writer, c *demoCommand) error {
	a := announcement{
		PortalURL: d.publicURL, Keys: d.state.Keys, PriceNano: int64(demo.Price),
		InvokeURL: paths.Absolute(d.publicURL, paths.InvokePrefix+demo.QuotesSlug+"/v1/random"),
	}
	a.Logins.Provider, a.Logins.Consumer = d.state.Provider, d.state.Consumer
	if c.Upstream != "" {
		a.MineURL = paths.Absolute(d.publicURL, paths.InvokePrefix+demo.MineSlug+"/v1")
	}
	if c.JSON {
		return json.NewEncoder(to).Encode(a)
	}
	return a.print(to)
}

func (a announcement) print(to io.Writer) error {
	text := fmt.Sprintf(`
  Faregate demo: payments are a sandbox, no real money moves.

  Portal      %s
  Provider    %s   %s
  Consumer    %s   %s

  Keys        %s   plenty of money
              %s   money for exactly ten calls
              %s   none

  1. A call that is paid for:
     curl -i -H "Authorization: Bearer %s" %s

  2. The same without money: 402, and a link to top up:
     curl -i -H "Authorization: Bearer %s" %s

  3. Open that link, sign in with one click as the consumer, pay with 4242 4242 4242 4242, and repeat 2.

`, a.PortalURL, a.Logins.Provider.Email, a.Logins.Provider.Password, a.Logins.Consumer.Email, a.Logins.Consumer.Password,
		a.Keys.Funded, a.Keys.Ten, a.Keys.Broke, a.Keys.Funded, a.InvokeURL, a.Keys.Broke, a.InvokeURL)
	if a.MineURL != "" {
		text += fmt.Sprintf("  Your own service, behind the gateway:\n     curl -i -H \"Authorization: Bearer %s\" %s/\n\n", a.Keys.Funded, a.MineURL)
	}
	_, err := io.WriteString(to, text)
	return err
}
