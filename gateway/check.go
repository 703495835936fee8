package gateway

import (
	"context"
	"errors"
	"net"
	"net/url"
	"time"

	"github.com/faregate/faregate/models"
)

// Check says whether an upstream can be connected to and may be, before it is published. Its error is a sentence for the
// page; a check that passes promises nothing about later calls.
func (u Upstreams) Check(ctx context.Context, address string) error {
	to, err := models.ParseUpstream(address)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := u.DialContext(ctx, "tcp", DialAddress(to))
	var dns *net.DNSError
	switch {
	case err == nil:
		return conn.Close()
	case errors.Is(err, ErrForbiddenAddress):
		return models.Sentence(to.Host + " is in a private or reserved network. An administrator can open it with --allow-upstreams.")
	case errors.As(err, &dns):
		return models.Sentence("The name " + to.Hostname() + " could not be looked up.")
	}
	return models.Sentence("Nothing answers at " + to.Host + " at the moment.")
}

// DialAddress is the host and port that a URL is dialled at, the form of the keys of Upstreams.Fixed.
func DialAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
