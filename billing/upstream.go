package billing

import "time"

// Upstream is what a route leads to, and on which terms.
type Upstream struct {
	URL string
	// Answer is how long the upstream may take for its answer, and HangUp how long a metered call goes on for after its
	// caller has left. Zero is the gateway's default.
	Answer, HangUp time.Duration
	// MaxBody is the largest body of a request in bytes; zero is no limit.
	MaxBody    int64
	Credential UpstreamCredential
}

// UpstreamCredential is the header field that the gateway sends to an upstream in place of whatever the caller sent there.
// The zero value is none.
type UpstreamCredential struct {
	Header string // in canonical form
	Sealed string // the value, as it is stored
}
