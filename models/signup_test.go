package models_test

import (
	"testing"

	"github.com/faregate/faregate/models"
)

func TestWhomSignUpAdmits(t *testing.T) {
	domains := models.SignUpRule{Mode: models.SignUpDomains, Domains: []string{"example.com", "example.org"}}
	for _, row := range []struct {
		sentence string
		rule     models.SignUpRule
		email    string
		admitted bool
	}{
		{"open to all", models.SignUpRule{Mode: models.SignUpOpen}, "ada@anywhere.example", true},
		{"an invited person may use any address", models.SignUpRule{Mode: models.SignUpInvited}, "ada@anywhere.example", true},
		{"an address of the domain", domains, "ada@example.com", true},
		{"of the second domain", domains, "ada@example.org", true},
		{"of a domain below it", domains, "ada@mail.example.com", false},
		{"of a domain that ends like it", domains, "ada@notexample.com", false},
		{"the domain in front of another @", domains, `"ada@example.com"@evil.example`, false},
		{"closed", models.SignUpRule{Mode: models.SignUpClosed}, "ada@example.com", false},
		{"no rule at all is closed", models.SignUpRule{}, "ada@example.com", false},
	} {
		if got := row.rule.Admits(row.email); got != row.admitted {
			t.Errorf("%s: admitted is %v", row.sentence, got)
		}
	}
}

func TestIsDomain(t *testing.T) {
	for _, row := range []struct {
		text string
		is   bool
	}{
		{"example.com", true}, {" @Example.COM ", true}, {"a-b.co.uk", true}, {"xn--bcher-kva.example", true}, {"3com.example", true},
		{"", false}, {"example", false}, {"example.", false}, {".com", false}, {"exa mple.com", false}, {"-a.com", false}, {"a-.com", false},
		{"ada@example.com", false}, {"192.168.0.1", false}, {"bücher.example", false}, {"a..com", false}, {"example.com,example.org", false},
	} {
		if got := models.IsDomain(models.NormalizeDomain(row.text)); got != row.is {
			t.Errorf("IsDomain(%q) = %v", row.text, got)
		}
	}
}
