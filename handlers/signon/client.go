package signon

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// maxAnswer is how much of an answer of the provider's is read, in bytes: metadata, keys and tokens take a few thousand, and
// thousands of groups some hundred thousand.
const maxAnswer = 1 << 20

// newClient makes the client that asks the provider. It follows no redirect: the secret and the code are for the address that
// the metadata name alone.
func newClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Client{
		Timeout: 10 * time.Second,
		Transport: bounded{&http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second,
			ResponseHeaderTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded lets answers end with an error where they are too long.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &boundedBody{ReadCloser: answer.Body, left: maxAnswer}
	return answer, nil
}

type boundedBody struct {
	io.ReadCloser
	left int
}

var errTooLong = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)

// Read implements io.Reader.
func (b *boundedBody) Read(into []byte) (int, error) {
	if b.left == 0 {
		n, err := b.ReadCloser.Read(make([]byte, 1))
		if n > 0 {
			err = errTooLong
		}
		return 0, err
	}
	n, err := b.ReadCloser.Read(into[:min(len(into), b.left)])
	b.left -= n
	return n, err
}

// brief is an error on one line that a log can hold: providers answer with whole pages.
func brief(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return text
}

// Brief is what is wrong with the provider, for operators: one line without the repetition of what every such error says.
func Brief(err error) string {
	return strings.TrimPrefix(brief(err), ErrUnreachable.Error()+": ")
}
