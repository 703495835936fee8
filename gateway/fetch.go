package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/faregate/faregate/models"
)

// What holds of a document that is fetched.
const (
	fetchTime    = 30 * time.Second // from the lookup of its name to its last byte
	maxRedirects = 5
)

// FetchDocument fetches a document of at most models.MaxDocument bytes from where calls might be forwarded to: every address on the
// way, those of redirects too, is checked as an upstream's is. Its errors are sentences for whoever named the address.
func (u Upstreams) FetchDocument(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	at, err := models.ParseDocumentURL(address)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json, application/yaml, text/yaml, */*;q=0.5")
	request.Header.Set("User-Agent", "Faregate")
	transport := &http.Transport{
		DialContext: u.DialContext, TLSHandshakeTimeout: dialTimeout, MaxResponseHeaderBytes: maxAnswerHeader, DisableKeepAlives: true, ForceAttemptHTTP2: true,
	}
	client := &http.Client{Transport: transport, CheckRedirect: followDocument}
	answer, err := client.Do(request)
	if err != nil {
		return nil, unfetched(ctx, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, models.Sentence(fmt.Sprintf("%s answered %s, where a document was expected.", answer.Request.URL.Host, answer.Status))
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, models.MaxDocument+1))
	switch {
	case err != nil:
		return nil, unfetched(ctx, err)
	case len(raw) > models.MaxDocument:
		return nil, models.Sentence(fmt.Sprintf("The document is larger than %d MiB.", models.MaxDocument>>20))
	}
	return raw, nil
}

// followDocument says whether a redirect is followed. Where it leads is checked when it is dialled.
func followDocument(next *http.Request, before []*http.Request) error {
	if _, err := models.ParseDocumentURL(next.URL.String()); err != nil {
		return models.Sentence("The address leads on to one that a document cannot be fetched from.")
	}
	switch {
	case len(before) > maxRedirects:
		return models.Sentence("The address leads on to another one too often.")
	case before[0].URL.Scheme == "https" && next.URL.Scheme != "https":
		return models.Sentence("The address leads on to one without encryption, which is not followed.")
	}
	return nil
}

// unfetched says in a sentence why nothing came.
func unfetched(ctx context.Context, err error) error {
	host := "the address"
	var failed *url.Error
	if errors.As(err, &failed) {
		if at, bad := url.Parse(failed.URL); bad == nil {
			host = at.Host
		}
	}
	var sentence models.Sentence
	var dns *net.DNSError
	switch {
	case errors.As(err, &sentence):
		return sentence
	case errors.Is(err, ErrForbiddenAddress):
		return models.Sentence(host + " is in a private or reserved network. An administrator can open it with --allow-upstreams.")
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return models.Sentence(fmt.Sprintf("The document did not arrive within %d seconds.", int(fetchTime.Seconds())))
	case errors.As(err, &dns):
		return models.Sentence("The name " + host + " could not be looked up.")
	}
	return models.Sentence("Nothing that could be read came from " + host + ".")
}
