// Package billing is what a call costs and who may make it: the decision, prices, the team accounts that live in memory,
// the holds taken on them, and the rules of the ledger. It speaks neither HTTP nor SQL. What it needs of the outside it
// names as small interfaces: Payments (package stripepay) and Books (package store).
package billing
