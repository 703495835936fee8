package models

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The greatest limits that may be set. They keep the counters far from where numbers end.
const (
	maxRateCalls   = 1_000_000
	maxConcurrency = 100_000
	maxBudget      = 1_000_000_000 * Unit
	maxNetworks    = 100
	maxKeyAPIs     = 500
)

// rateSeconds are the times that a rate may be set for: a second, a minute, an hour.
var rateSeconds = []int64{1, 60, 3600}

// BudgetField is the name that a budget has in forms and in the sentences about them: "budget_day".
func BudgetField(p Period) string { return "budget_" + string(p) }

// ParseBudget reads what somebody typed as a budget: nil for nothing at all. Its errors are sentences for the form.
func ParseBudget(text string) (*Nano, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil //nolint:nilnil // no budget is a value
	}
	amount, err := ParseNano(text)
	if err != nil {
		return nil, Sentence("Write an amount such as 12.50, or leave it empty for no budget.")
	}
	return &amount, nil
}

// ParseLimit reads what somebody typed as a number of calls, such as "1,000": 0, which limits nothing, for nothing at all. A
// zero that was typed is no limit that anybody means. Its errors are sentences for the form.
func ParseLimit(text string) (int64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	whole, grouped := ungroup(text)
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || !grouped || !digits(whole) || n < 1 {
		return 0, Sentence("Write a whole number of 1 or more, or leave it empty for no limit.")
	}
	return n, nil
}

// check notes what is wrong with budgets, and nothing where there are none.
func (b Budgets) check(bad Invalid) {
	for _, period := range BudgetPeriods {
		most := b.Of(period)
		bad.Check(most == nil || *most >= 0 && *most <= maxBudget, BudgetField(period), "Set a budget of up to 1,000,000,000, or leave it empty for none.")
	}
}

// Validate tidies the rules of a key and names what has to be mended: "rate", "concurrency", "budget_day", "budget_month",
// "budget_total", "networks", "apis" and "operations". Which APIs the key's team may choose from is for the caller to know, and so is the present
// time, which an expiry has to lie after.
func (r *KeyRules) Validate() error {
	bad := Invalid{}
	r.check(bad)
	return bad.Err()
}

func (r *KeyRules) check(bad Invalid) {
	switch {
	case r.Rate.Calls == 0:
		r.Rate = Rate{}
	default:
		bad.Check(r.Rate.Calls > 0 && r.Rate.Calls <= maxRateCalls, "rate", "Set a number of calls between 1 and 1,000,000, or leave it empty for no limit.")
		bad.Check(slices.Contains(rateSeconds, r.Rate.Seconds), "rate", "Choose a second, a minute or an hour.")
	}
	bad.Check(r.Concurrency >= 0 && r.Concurrency <= maxConcurrency, "concurrency", "Set a number between 1 and 100,000, or leave it empty for no limit.")
	r.Budgets.check(bad)
	var err error
	if r.Networks, err = tidyNetworks(r.Networks); err != nil {
		bad.Check(false, "networks", err.Error())
	}
	slices.Sort(r.APIs)
	r.APIs = slices.Compact(r.APIs)
	r.checkOperations(bad)
	bad.Check(len(r.APIs) <= maxKeyAPIs, "apis", "Choose at most 500 APIs, or none to allow all.")
}

// ValidateFor is Validate for a key whose team may limit it to the APIs that are offered, by id, with an expiry ("expires_at") that
// has to lie after now.
func (r *KeyRules) ValidateFor(offered map[string]APIName, now time.Time) error {
	bad := Invalid{}
	r.check(bad)
	for _, id := range APIsOf(*r) {
		_, known := offered[id]
		bad.Check(known || id == "", "apis", "Choose from the APIs that the team is subscribed to, or owns.")
	}
	bad.Check(r.ExpiresAt == nil || r.ExpiresAt.After(now), "expires_at", "Choose today or a later day. To end the key at once, revoke it.")
	return bad.Err()
}

// tidyNetworks writes networks in their plain form, each once: an address alone is a network of one, and the bits of a
// network's own address that are not in its mask are cleared. Its errors are sentences that quote what cannot be read.
func tidyNetworks(lines []string) ([]string, error) {
	var tidy []string
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		network, err := parseNetwork(line)
		if err != nil {
			return lines, Sentence(fmt.Sprintf("%q is not a network; write one a line, such as 203.0.113.0/24 or 2001:db8::/32.", cut(line, 60)))
		}
		if text := network.String(); !slices.Contains(tidy, text) {
			tidy = append(tidy, text)
		}
	}
	if len(tidy) > maxNetworks {
		return lines, Sentence("Name at most 100 networks.")
	}
	return tidy, nil
}

// parseNetwork reads a network or an address. One of IPv4 that is written as one of IPv6 becomes what it is, for that is how
// the gateway compares.
func parseNetwork(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		address, err := netip.ParseAddr(text)
		if err != nil || address.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q is not an address", text)
		}
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	if a := network.Addr(); a.Is4In6() {
		if network.Bits() < 96 {
			return netip.Prefix{}, fmt.Errorf("%q is partly IPv4 and partly IPv6", text)
		}
		network = netip.PrefixFrom(a.Unmap(), network.Bits()-96)
	}
	return network.Masked(), nil
}

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// ValidateTeamLimits says what is wrong with a team's time zone ("time_zone") and its budgets.
func ValidateTeamLimits(zone string, budgets Budgets) error {
	bad := Invalid{}
	if _, err := LoadZone(zone); err != nil {
		bad.Check(false, "time_zone", err.Error())
	}
	budgets.check(bad)
	return bad.Err()
}
