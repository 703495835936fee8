// Package ui holds the small parts every page is made of: money, times, badges, fields, code, charts. They take plain
// values (nano-units and a currency, a time and a clock), never domain types, so that a page can be drawn from sample
// props alone. What a part looks like stands in static/css.
package ui
