package main

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"
)

// A renewed certificate is served within a minute, and no half-written file takes the server's TLS away.
func TestTheServerReadsARenewedCertificate(t *testing.T) {
	chain, key := writeCertificate(t)
	var said bytes.Buffer
	now := time.Now()
	c := &certificate{chain: chain, key: key, log: slog.New(slog.NewTextHandler(&said, nil)), now: func() time.Time { return now }}
	if err := c.load(); err != nil {
		t.Fatal(err)
	}
	get := func() *tls.Certificate {
		t.Helper()
		pair, err := c.get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair
	}
	first := get()
	newChain, newKey := writeCertificate(t)
	move := func(from, to string) {
		t.Helper()
		raw, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		later := now.Add(time.Hour)
		if err := os.WriteFile(to, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(to, later, later); err != nil {
			t.Fatal(err)
		}
	}

	move(newChain, chain)
	now = now.Add(certificateAge / 2)
	if get() != first || said.Len() > 0 {
		t.Errorf("before a minute is over the files were looked at: %s", &said)
	}
	now = now.Add(certificateAge)
	if get() != first || !strings.Contains(said.String(), "cannot be used") {
		t.Errorf("with a chain and a key that do not fit, the server says %q", &said)
	}
	move(newKey, key)
	now = now.Add(certificateAge)
	if get() == first {
		t.Errorf("the renewed certificate is not served: %s", &said)
	}
	renewed := get()
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	now = now.Add(certificateAge)
	if get() != renewed || !strings.Contains(said.String(), "cannot look at") {
		t.Errorf("without its file the server says %q", &said)
	}
}
