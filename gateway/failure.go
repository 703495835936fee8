package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/faregate/faregate/models/problem"
)

// failure is what an upstream did wrong: in the words of RFC 9209 (Proxy-Status) to programs, in a sentence to people.
type failure struct {
	code   problem.Code
	reason string
	detail string
	// unreached: there is no sign that the upstream is at work, so calls that follow may well end alike.
	unreached bool
}

func (f failure) refusal() *refusal { return &refusal{f.code, f.detail + " Nothing was charged."} }

var (
	failureForbidden = failure{problem.UpstreamError, "destination_ip_prohibited", "The upstream's address is in a network that this gateway may not reach.", false}
	failureDNS       = failure{problem.UpstreamError, "dns_error", "The upstream's name could not be looked up.", true}
	failureRefused   = failure{problem.UpstreamError, "connection_refused", "The upstream refused the connection.", true}
	failureDial      = failure{problem.UpstreamTimeout, "connection_timeout", "The upstream could not be connected to in time.", true}
	failureSlow      = failure{problem.UpstreamTimeout, "http_response_timeout", "The upstream did not answer in time.", true}
	failureClosed    = failure{problem.UpstreamError, "connection_terminated", "The upstream closed the connection before it answered.", true}
	failureCut       = failure{problem.UpstreamError, "http_response_incomplete", "The upstream's answer broke off before its end.", false}
	failureCert      = failure{problem.UpstreamError, "tls_certificate_error", "The upstream's certificate is not valid.", true}
	failureTLS       = failure{problem.UpstreamError, "tls_protocol_error", "The upstream and the gateway could not agree on TLS.", true}
	failureProtocol  = failure{problem.UpstreamError, "http_protocol_error", "The upstream's answer was not valid HTTP.", false}
)

// classify says what an error of the transport means. An error that nobody has met yet is a matter of the protocol.
func classify(err error) failure {
	var (
		dns         *net.DNSError
		op          *net.OpError
		timeout     net.Error
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
	)
	switch {
	case errors.Is(err, ErrForbiddenAddress):
		return failureForbidden
	case errors.As(err, &dns):
		return failureDNS
	case errors.Is(err, syscall.ECONNREFUSED):
		return failureRefused
	case errors.As(err, &certificate):
		return failureCert
	case errors.As(err, &record), errors.As(err, &alert):
		return failureTLS
	case errors.As(err, &op) && op.Op == "dial" && op.Timeout():
		return failureDial
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return failureSlow
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return failureClosed
	}
	return failureProtocol
}
