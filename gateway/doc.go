// Package gateway is the data plane: everything under /invoke/{api}/{version}/{path…}. It takes a call with net/http,
// decides whether it may go ahead, forwards it, and settles what it cost before the caller has the whole answer.
//
// One call's life is the method serve in call.go, a step a file:
//
//	identify → match → entitle → admit (decide and hold) → forward → answer (measure, settle, last byte)
//
// On the way in no step touches the database: routes are an immutable snapshot behind an atomic pointer, keys and
// subscriptions come from bounded caches that load on a miss, money from billing.Accounts. On the way out one group commit
// makes the charge durable. A refusal takes nothing from anybody.
package gateway
