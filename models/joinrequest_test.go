package models_test

import (
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestWhichDomainATeamTakesRequestsFrom(t *testing.T) {
	now := time.Now()
	verified := func(email string) models.User { return models.User{Email: email, VerifiedAt: &now} }
	for _, row := range []struct {
		sentence, text string
		by             models.User
		domain, says   string
	}{
		{"the own one", "example.com", verified("ada@example.com"), "example.com", ""},
		{"as people write it", " @Example.COM ", verified("ada@example.com"), "example.com", ""},
		{"none at all", "  ", models.User{Email: "ada@example.com"}, "", ""},
		{"no domain", "nonsense", verified("ada@example.com"), "", "like example.com"},
		{"that of others", "example.org", verified("ada@example.com"), "", "Your address is at example.com"},
		{"the own one, which is not proven", "example.com", models.User{Email: "ada@example.com"}, "", "Verify your own address"},
		{"a mail provider's", "gmail.com", verified("ada@gmail.com"), "", "Anybody can have an address"},
		{"the last of the list", "zoho.com", verified("ada@zoho.com"), "", "Anybody can have an address"},
	} {
		got, err := models.ValidateJoinDomain(row.text, row.by)
		if said := problemOf(err, "domain"); (row.says == "") != (err == nil) || !strings.Contains(said, row.says) || row.says == "" && got != row.domain {
			t.Errorf("%s: %q, %v", row.sentence, got, err)
		}
	}
}
