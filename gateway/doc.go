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
//
// Every call meets one of three ends: it is refused, it is settled and then goes out whole, or it is cut (by its upstream,
// by books that cannot be written, or at shutdown) and costs nothing. A caller who leaves cuts only what they hear: once
// the call was sent, the upstream's status decides what it cost.
package gateway
