package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writeCertificate writes a certificate for a public name, and its key.
func writeCertificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"portal.example.com"}, NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: signed}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// A server with its own certificate is asked over HTTPS: whatever name it has, it must be the one with that certificate.
func TestHealthcheckKnowsAServerByItsCertificate(t *testing.T) {
	t.Parallel()
	cert, key := writeCertificate(t)
	other, _ := writeCertificate(t)
	s := serve(t, "--data", t.TempDir(), "--tls-cert", cert, "--tls-key", key).ready()
	addr := strings.TrimPrefix(s.url, "http://")
	for _, row := range []struct {
		sentence string
		cert     string
		status   int
		says     string
	}{
		{"with the server's certificate it is well", cert, 0, "ok"},
		{"with another one it is somebody else", other, 1, "another certificate"},
		{"without one it does not answer in HTTP", "", 1, "not ready"},
		{"with a file that is no certificate", key + "x", 1, "cannot read the certificate"},
	} {
		p := faregate.Run(t, []string{"FAREGATE_TLS_CERT=" + row.cert, "FAREGATE_TLS_KEY=" + key}, "healthcheck", "--addr", addr)
		if status := p.Wait(); status != row.status || !strings.Contains(p.Stdout()+p.Stderr(), row.says) {
			t.Errorf("%s: ended with %d and says %q, %q", row.sentence, status, p.Stdout(), p.Stderr())
		}
	}
}
