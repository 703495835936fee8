// Package sandbox is a local stand-in for Stripe: the slice of its HTTP API that the product uses, the hosted Checkout
// page, and signed webhooks. With it the demo and the tests take a top-up through the same requests, redirects and events
// as in production, on a machine without an account and without a network. It never moves money.
//
// It must not be told from Stripe by the product, so it is built from Stripe's published behaviour (API version
// 2023-10-16) and the standard library alone. With stripe-go on both sides of the wire, a misunderstanding in that
// library's use would pass its own test.
//
// The life of a payment here:
//
//	POST /v1/checkout/sessions   session.go   a session is opened; the answer carries the page's address
//	GET  /pay/{session}          page.go      a person types a card; form.go checks it, card.go knows the test cards
//	POST /pay/{session}          pay.go       the attempt: intent, charge, session change together, events are noted
//	Run                          deliver.go   events reach the webhook, signed, until it answers 2xx
//	GET  /v1/checkout/sessions…  session.go   the product fetches what really happened
//
// All state is one value (state.go) behind one lock. Every request is a transaction (tx.go) whose result is on disk before
// it is answered, so a crash loses nothing that anybody was told. That costs a file write per change, which a demo can
// pay and a payment provider could not.
//
// What differs from Stripe, on purpose: one payment method (test cards), payment mode only, parameters outside the slice
// are refused as unknown, and events are given up after three days without a way to send them again.
package sandbox
