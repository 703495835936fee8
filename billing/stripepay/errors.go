package stripepay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/stripe/stripe-go/v76"

	"github.com/faregate/faregate/billing"
)

// translateLookup is translate for questions about a payment, where "no such thing" is an answer.
func translateLookup(doing string, err error) error {
	var e *stripe.Error
	if errors.As(err, &e) && e.Code == stripe.ErrorCodeResourceMissing {
		return fmt.Errorf("stripepay: %s: %w", doing, billing.ErrNoPayment)
	}
	return translate(doing, err)
}

// translateCheckout is translate for a new checkout, where a customer that Stripe does not know can be replaced.
func translateCheckout(doing string, err error) error {
	var e *stripe.Error
	if errors.As(err, &e) && e.Code == stripe.ErrorCodeResourceMissing && e.Param == "customer" {
		return fmt.Errorf("stripepay: %s: %w (request %q)", doing, billing.ErrNoCustomer, e.RequestID)
	}
	return translate(doing, err)
}

// translate turns a failure of stripe-go into one of ours. Stripe's message is left out on purpose: it is written for
// the account's owner and may quote keys, addresses and card facts. The request id finds it in Stripe's own log.
func translate(doing string, err error) error {
	var e *stripe.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("stripepay: %s: %w: %w", doing, billing.ErrPaymentsUnavailable, transport(err))
	}
	facts := fmt.Sprintf("status %d, type %q, code %q, parameter %q, request %q",
		e.HTTPStatusCode, e.Type, e.Code, e.Param, e.RequestID)
	if transient(e) {
		return fmt.Errorf("stripepay: %s: %w (%s)", doing, billing.ErrPaymentsUnavailable, facts)
	}
	return fmt.Errorf("stripepay: %s: refused (%s)", doing, facts)
}

// transient says whether the same request may succeed later.
func transient(e *stripe.Error) bool {
	return e.HTTPStatusCode == http.StatusConflict ||
		e.HTTPStatusCode == http.StatusTooManyRequests ||
		e.HTTPStatusCode >= http.StatusInternalServerError ||
		e.Code == stripe.ErrorCodeLockTimeout
}

var errUnreadable = errors.New("the answer cannot be read")

// transport keeps the causes that come from the network or the caller's context. Anything else that stripe-go reports
// without a type of its own is a body it could not read, quoted in full: a proxy's error page, say.
func transport(err error) error {
	var network *url.Error
	if errors.As(err, &network) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errUnreadable
}
