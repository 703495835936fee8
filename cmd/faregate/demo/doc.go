// Package demo fills a database with what a newcomer needs to see Faregate work in a minute: a provider with an API over a
// sample upstream, and three consumer teams with plenty of money, with money for exactly ten calls, and with none. What it
// has made it remembers in demo.json beside the database, and it finds the same again at the next start.
package demo
