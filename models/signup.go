package models

import (
	"slices"
	"strings"
)

// SignUpMode says who may make a login of their own, once the portal is set up.
type SignUpMode string

// The modes of sign-up.
const (
	SignUpOpen    SignUpMode = "open"
	SignUpDomains SignUpMode = "domains" // whoever has an address of the portal's domains
	SignUpInvited SignUpMode = "invited" // whoever has the link of an invitation, once
	SignUpClosed  SignUpMode = "closed"
)

// SignUpRule is the portal's rule for sign-up.
type SignUpRule struct {
	Mode    SignUpMode
	Domains []string // as NormalizeDomain has them; set if and only if Mode is SignUpDomains
}

// Offered says whether the portal offers sign-up to anybody who comes by. Under SignUpInvited only the page of an invitation
// does.
func (r SignUpRule) Offered() bool { return r.Mode == SignUpOpen || r.Mode == SignUpDomains }

// Admits says whether the rule lets an address, in its normal form, have a login. Whether somebody is invited is for the
// store to find out.
func (r SignUpRule) Admits(email string) bool {
	switch r.Mode {
	case SignUpOpen, SignUpInvited:
		return true
	case SignUpDomains:
		return slices.Contains(r.Domains, DomainOf(email))
	}
	return false
}

// DomainOf is what stands behind the last @ of an address in its normal form.
func DomainOf(email string) string { return email[strings.LastIndexByte(email, '@')+1:] }

// NormalizeDomain is the form that mail domains are stored and compared in. A leading @ is how many people write them.
func NormalizeDomain(text string) string {
	return strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), "@")
}

// IsDomain says whether text, in its normal form, can be the domain of an address: at least two labels of letters, digits and
// hyphens (RFC 5321, section 4.1.2). The last one is no number, which addresses of machines end with.
func IsDomain(text string) bool {
	labels := strings.Split(text, ".")
	if len(text) > 253 || len(labels) < 2 || strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return false
	}
	return !slices.ContainsFunc(labels, func(label string) bool { return !isLabel(label) })
}

func isLabel(label string) bool {
	outside := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	}
	return label != "" && len(label) <= 63 && !strings.HasPrefix(label, "-") && !strings.HasSuffix(label, "-") &&
		!strings.ContainsFunc(label, outside)
}
