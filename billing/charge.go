package billing

// Charged says whether an answer with this status costs the plan's price: 101 and 2xx to 4xx, except those that tell of
// the gateway's own standing with the upstream or ask the caller to come again (401, 402, 403, 407, 408, 429). Nothing is
// charged for 5xx: the provider failed, not the caller.
func Charged(status int) bool {
	switch status {
	case 401, 402, 403, 407, 408, 429:
		return false
	}
	return status == 101 || status >= 200 && status < 500
}
