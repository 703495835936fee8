package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificateAge is how long a certificate is used before its files are looked at again. Certificates are renewed weeks before
// they end, so a minute is early enough.
const certificateAge = time.Minute

// certificate is the server's, read anew when its files change: programs that renew certificates replace the files. It is safe
// for concurrent use.
type certificate struct {
	chain, key string // files
	log        *slog.Logger
	now        func() time.Time

	mu      sync.Mutex
	pair    *tls.Certificate
	written [2]time.Time // of the files
	looked  time.Time
}

// certificates is the listener's TLS, or nil if it has none.
func (c *serveCommand) certificates(log *slog.Logger) (*tls.Config, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	own := &certificate{chain: c.TLSCert, key: c.TLSKey, log: log, now: time.Now}
	if err := own.load(); err != nil {
		return nil, err
	}
	return &tls.Config{GetCertificate: own.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// get is for tls.Config.GetCertificate. New files that cannot be used, perhaps because only one of them is new yet, are
// reported, and the last good pair serves on.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now().Sub(c.looked) >= certificateAge {
		switch changed, err := c.changed(); {
		case err != nil:
			c.log.Error("cannot look at the certificate's files; the one that was read serves on", "err", err)
		case changed:
			if err := c.load(); err != nil {
				c.log.Error("the certificate's files have changed and cannot be used; the one that was read serves on", "err", err)
			} else {
				c.log.Info("the certificate's files have changed and were read", "valid_until", c.pair.Leaf.NotAfter)
			}
		}
		c.looked = c.now()
	}
	return c.pair, nil
}

func (c *certificate) changed() (bool, error) {
	written, err := c.times()
	return written != c.written, err
}

func (c *certificate) times() (written [2]time.Time, err error) {
	for i, file := range []string{c.chain, c.key} {
		info, err := os.Stat(file)
		if err != nil {
			return written, err
		}
		written[i] = info.ModTime()
	}
	return written, nil
}

// load reads the files. Their times are taken first: a file that changes while it is read is read once more.
func (c *certificate) load() error {
	written, err := c.times()
	if err != nil {
		return fmt.Errorf("cannot use the certificate of --tls-cert and --tls-key: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(c.chain, c.key)
	if err != nil {
		return fmt.Errorf("cannot use the certificate of --tls-cert and --tls-key: %w", err)
	}
	c.pair, c.written, c.looked = &pair, written, c.now()
	return nil
}
