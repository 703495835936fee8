package hooks

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/faregate/faregate/models"
)

const (
	answerTime = 15 * time.Second // for the whole of a try
	maxRead    = 16 << 10         // bytes of an answer
	maxHeader  = 64 << 10         // bytes of its header
)

// newClient makes a client that goes where dial allows and nowhere on its own: it follows no redirect and knows no proxy.
func newClient(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Client {
	return &http.Client{
		Timeout:       answerTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dial, ForceAttemptHTTP2: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader,
			TLSHandshakeTimeout: answerTime, MaxIdleConns: inAll, MaxIdleConnsPerHost: perEndpoint, IdleConnTimeout: 30 * time.Second,
		},
	}
}

// try sends a message once.
func (d *Dispatcher) try(ctx context.Context, one models.DueWebhook) models.WebhookAttempt {
	now, watch := d.Clock.Now(), models.StartStopwatch()
	attempt := models.WebhookAttempt{DeliveryID: one.Delivery.ID, At: now, State: models.WebhookFailed}
	var wait time.Duration
	request, err := d.request(ctx, one, now)
	if err == nil {
		wait, err = d.send(request, &attempt, now)
	}
	attempt.Took = watch.Elapsed()
	switch {
	case err == nil:
		attempt.State = models.WebhookDelivered
		return attempt
	case attempt.Status == http.StatusGone:
		attempt.State, attempt.Gone = models.WebhookDead, true
	}
	attempt.Failure = explain(err)
	delay, more := delayAfter(one.Delivery.Attempts+1, wait)
	if !more {
		attempt.State = models.WebhookDead
	}
	attempt.NextAt = now.Add(d.Jitter(delay))
	return attempt
}

// request makes the signed request. During a rotation it carries the signatures of both secrets.
func (d *Dispatcher) request(ctx context.Context, one models.DueWebhook, now time.Time) (*http.Request, error) {
	body := []byte(one.Message.Payload)
	var signatures []string
	for _, sealed := range one.Endpoint.Secrets(now) {
		secret, err := d.Box.Open(sealed)
		if err != nil {
			return nil, errSecret
		}
		signer, err := standardwebhooks.NewWebhook(string(secret))
		if err != nil {
			return nil, errSecret
		}
		signature, err := signer.Sign(one.Message.ID, now, body)
		if err != nil {
			return nil, errSecret
		}
		signatures = append(signatures, signature)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, one.Endpoint.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for _, h := range one.Message.Headers(now) {
		request.Header.Set(h.Name, h.Value)
	}
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return request, nil
}

// errSecret says that a secret at rest cannot be opened: the installation's master secret is another one.
var errSecret = models.Sentence("The secret cannot be opened any more. Rotate it.")

// send sends a request and reads the answer into the attempt. wait is what the answer asked for, 0 for nothing.
func (d *Dispatcher) send(request *http.Request, attempt *models.WebhookAttempt, now time.Time) (wait time.Duration, err error) {
	answer, err := d.client.Do(request) // #nosec G704 -- Dial checks where it goes
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	attempt.Status = answer.StatusCode
	body, _ := io.ReadAll(io.LimitReader(answer.Body, maxRead)) // the status has said what is to be said
	attempt.Answer = excerpt(body)
	switch {
	case answer.StatusCode >= 200 && answer.StatusCode < 300:
		return 0, nil
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		err = models.Sentence(fmt.Sprintf("It answered %d. Redirects are not followed: enter the address that it leads to.", answer.StatusCode))
	case answer.StatusCode == http.StatusGone:
		err = models.Sentence("It answered 410, which says that it wants nothing any more.")
	default:
		err = models.Sentence(fmt.Sprintf("It answered %d.", answer.StatusCode))
	}
	return retryAfter(answer.Header.Get("Retry-After"), now), err
}

// excerpt is the beginning of an answer as text.
func excerpt(body []byte) string {
	if len(body) > models.MaxWebhookAnswer {
		body = body[:models.MaxWebhookAnswer]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(string(body), "\x00", ""), "")
}

// explain says a failure in a sentence for the team. What the network told goes no further: it may be about machines that are
// not the team's.
func explain(err error) string {
	var sentence models.Sentence
	var dns *net.DNSError
	var timeout net.Error
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var certificate x509.CertificateInvalidError
	switch {
	case errors.As(err, &sentence):
		return sentence.Error()
	case errors.As(err, &dns):
		return "The name of the host could not be looked up."
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &certificate):
		return "The certificate of the host is not valid for it."
	case errors.As(err, &timeout) && timeout.Timeout():
		return "No answer came within 15 seconds."
	}
	return "The connection failed."
}
