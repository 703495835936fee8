package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/gateway/http1"
	"github.com/faregate/faregate/models"
)

// SetDial has a gateway's connections to upstreams made by a function of a test's.
func SetDial(g *Gateway, dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	g.client.(*http1.Client).Dial = dial
	g.transport.(*http.Transport).DialContext = dial
	g.upgrades.(*http.Transport).DialContext = dial
}

// SetUpstream has a function of a test's answer in place of all upstreams.
func SetUpstream(g *Gateway, answer func(*http.Request) (*http.Response, error)) {
	g.client, g.transport, g.upgrades = roundTrip(answer), roundTrip(answer), roundTrip(answer)
}

// SetRootCAs names who may vouch for upstreams. It must be called before the first call.
func SetRootCAs(g *Gateway, roots *x509.CertPool) {
	for _, t := range []transport{g.transport, g.upgrades} {
		t.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: roots}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
func (f roundTrip) Do(x *http1.Exchange) (*http.Response, error) {
	x.Sent.Store(true)
	r, err := http.NewRequestWithContext(x.Request.Context(), x.Request.Method, "http://"+x.Address+x.Target, bytes.NewReader(x.Body))
	if err != nil {
		return nil, err
	}
	r.Header, r.Host = x.Header, x.Host
	return f(r)
}
func (f roundTrip) CloseIdleConnections() {}

// Matched is a call whose key was identified and whose route was matched.
type Matched struct{ call *call }

// Match identifies and matches a call.
func Match(g *Gateway, w http.ResponseWriter, r *http.Request) Matched {
	c := &call{g: g, w: w, r: r}
	for _, step := range [...]func(*call) *refusal{(*call).identify, (*call).match} {
		if no := step(c); no != nil {
			panic(string(no.code))
		}
	}
	return Matched{c}
}

// OwnWork is what a charged call costs the gateway and billing themselves, from the matched route to the settled hold: the
// decision and what it takes, the upstream's address and header, the call's row and figure, the end of the hold, and the
// answer's header. No connection, no upstream, no commit to wait for: the wallet is as that commit would leave it.
func (m Matched) OwnWork(answer http.Header, wallet *models.Wallet) {
	from := m.call
	c := &call{g: from.g, w: from.w, r: from.r, watch: models.StartStopwatch(), credential: from.credential, key: from.key, target: from.target, route: from.route}
	c.id = c.g.CallIDs.Next(c.g.Clock.Now())
	c.name = c.id.String()
	for _, step := range [...]func(*call) *refusal{(*call).entitle, (*call).admit} {
		if no := step(c); no != nil {
			panic(string(no.code))
		}
	}
	http1.Writable(c.requestTarget(), c.route.plainHost, c.requestHeader())
	row := c.row(outcome{status: 200, origin: models.FromUpstream, bytes: 2, evidence: models.EvidenceStatus})
	row.Charge, row.WrittenOff = c.hold.Finish(billing.Figure{Cost: row.Charge, Counts: row.Windows.Counts})
	row.Windows = c.hold.Windows()
	wallet.Seq, wallet.Balance = wallet.Seq+1, wallet.Balance-row.Charge
	c.hold.Commit(*wallet)
	c.copyResponseHeader(answer)
	c.tellCharge(c.w.Header(), row.Charge)
	c.hold.Leave()
}

// OtherLinks is a line of Link without the links by which ends of life are told.
func OtherLinks(line string) string { return otherLinks(line) }
