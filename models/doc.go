// Package models is the domain: users, teams, APIs and their versions, keys, subscriptions, calls, wallets and the ledger,
// with the rules that belong to one of them alone. It imports the standard library and an id generator, so every other
// package may import it. The gorm tags are inert strings here; only package store gives them a meaning.
package models
