package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/faregate/faregate/web/paths"
)

type healthcheckCommand struct {
	Addr    string `help:"Address that the server listens on." default:"127.0.0.1:8402" env:"FAREGATE_ADDR" placeholder:"HOST:PORT"`
	TLSCert string `name:"tls-cert" help:"Certificate that the server has, if it serves HTTPS itself." env:"FAREGATE_TLS_CERT" placeholder:"FILE"`
}

// Run asks the server on this machine whether it can serve, and fails if it cannot.
func (c healthcheckCommand) Run(stdout io.Writer) error {
	listener, err := net.ResolveTCPAddr("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr %q is not an address; write host:port, like 127.0.0.1:8402", c.Addr)
	}
	client, url := &http.Client{Timeout: 5 * time.Second}, reach(listener)+paths.Readyz
	if c.TLSCert != "" {
		if client.Transport, err = trustOnly(c.TLSCert); err != nil {
			return err
		}
		url = "https" + strings.TrimPrefix(url, "http")
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w", c.Addr, errors.Unwrap(err))
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10)) // the status says enough if it breaks off
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server at %s is not ready: %s", c.Addr, text)
	}
	_, err = fmt.Fprintln(stdout, "ok")
	return err
}

// trustOnly is for talking to the one server that has the certificate of the file, under whatever name it is asked: the
// certificate is for the portal's public name, and the check comes from beside it.
func trustOnly(file string) (*http.Transport, error) {
	raw, err := os.ReadFile(file) // #nosec G304 -- the file that the operator names
	if err != nil {
		return nil, fmt.Errorf("cannot read the certificate of --tls-cert: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("--tls-cert %q is not a certificate in PEM", file)
	}
	return &http.Transport{TLSClientConfig: &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // #nosec G402 -- the name is not checked, the certificate itself is
		VerifyPeerCertificate: func(chain [][]byte, _ [][]*x509.Certificate) error {
			if len(chain) == 0 || !bytes.Equal(chain[0], block.Bytes) {
				return errors.New("another certificate than that of --tls-cert")
			}
			return nil
		},
	}}, nil
}
