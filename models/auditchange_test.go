package models_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestAnAuditTellsOnlyWhatChanged(t *testing.T) {
	budget := 5 * models.Unit
	names := map[string]models.APIName{"api_1": {Name: "Quotes", Slug: "quotes"}}
	before := models.KeyRules{Networks: []string{"203.0.113.0/24"}, Concurrency: 4}
	for name, row := range map[string]struct {
		after models.KeyRules
		want  []models.AuditChange
	}{
		"nothing": {before, nil},
		"a budget where there was none": {
			models.KeyRules{Networks: before.Networks, Concurrency: 4, Budgets: models.Budgets{Day: &budget}},
			[]models.AuditChange{{Field: "Budget a day", Before: "none", After: "5.00"}},
		},
		"APIs by their names, and by the id where there is none": {
			models.KeyRules{Networks: before.Networks, Concurrency: 4, APIs: []string{"api_1", "api_2"}},
			[]models.AuditChange{{Field: "APIs", Before: "all", After: "Quotes, api_2"}},
		},
		"operations and an end": {
			models.KeyRules{
				Networks: before.Networks, Concurrency: 4, ExpiresAt: new(time.Date(2027, 1, 31, 23, 0, 0, 0, time.UTC)),
				Operations: []models.Operation{{APIID: "api_1", Method: "GET", Path: "/a"}, {Path: "/b"}},
			},
			[]models.AuditChange{
				{Field: "Operations", Before: "all", After: "quotes GET /a, /b"}, {Field: "Expires", Before: "never", After: "2027-01-31T23:00:00Z"},
			},
		},
		"everything that was set is lifted": {
			models.KeyRules{ReadBilling: true},
			[]models.AuditChange{
				{Field: "Calls at the same time", Before: "4", After: "no limit"},
				{Field: "Networks", Before: "203.0.113.0/24", After: "everywhere"},
				{Field: "May read the team's balance", Before: "no", After: "yes"},
			},
		},
	} {
		if got := models.AuditChanges(models.KeyRuleFields(names), before, row.after); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
}

func TestAnAuditTellsTermsAsPagesDo(t *testing.T) {
	before := models.PlanRevision{Price: models.Unit / 50, ChargeOn: models.ChargeAnswered}
	after := models.PlanRevision{
		ChargeOn: models.ChargeSuccess, Quota: models.Quota{Calls: 10_000, Period: models.PerMonth}, Rate: models.Rate{Calls: 100, Seconds: 60}, Concurrency: 20,
		RoutePrices: []models.RoutePrice{{Method: "GET", Path: "/reports/{id}", Price: models.Unit / 80}, {Path: "/free"}},
	}
	want := []models.AuditChange{
		{Field: "Price", Before: "0.02 per call", After: "free"},
		{Field: "Prices of operations", Before: "none", After: "GET /reports/{id}: 0.0125 per call, /free: free"},
		{Field: "Which answers are charged", Before: "whatever the API answers", After: "success only"},
		{Field: "Quota", Before: "no limit", After: "10,000 calls a month"},
		{Field: "Rate", Before: "no limit", After: "100 calls a minute"},
		{Field: "Calls in flight", Before: "no limit", After: "20"},
	}
	if got := models.AuditChanges(models.TermFields, before, after); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func TestAnAuditTellsALongTextFromWhereItChanged(t *testing.T) {
	common := strings.Repeat("ä", 5_000)
	was := models.APIDraft{Description: common + "old" + common}
	is := models.APIDraft{Description: common + "new" + common}
	got := models.AuditChanges(models.DraftFields, was, is)
	if len(got) != 1 || !strings.Contains(got[0].Before, "äold") || !strings.Contains(got[0].After, "änew") {
		t.Fatalf("%v", got)
	}
	for _, text := range []string{got[0].Before, got[0].After} {
		if !strings.HasPrefix(text, "…") || !strings.HasSuffix(text, "…") || len(text) > 2*300+6 {
			t.Errorf("%q", text)
		}
	}
	gone := models.AuditChanges(models.DraftFields, was, models.APIDraft{Description: common})
	if len(gone) != 1 || !strings.HasPrefix(gone[0].Before, "…") || strings.Contains(gone[0].After, "old") {
		t.Errorf("%v", gone)
	}
}

// A secret has no place among the fields of the audit.
func TestAnAuditTellsNoCredential(t *testing.T) {
	was := models.UpstreamCredential{Header: "Authorization", Sealed: "sealed-old"}
	is := models.UpstreamCredential{Header: "X-Api-Key", Sealed: "sealed-new"}
	if got := models.AuditChanges(models.CredentialFields, was, is); len(got) != 1 || got[0] != (models.AuditChange{Field: "Header of the credential", Before: "Authorization", After: "X-Api-Key"}) {
		t.Errorf("%v", got)
	}
	with := models.APIDraft{Credential: models.CredentialChange{Header: "Authorization", Sealed: "sealed-new"}}
	if got := models.AuditChanges(models.DraftFields, models.APIDraft{}, with); got != nil {
		t.Errorf("%v", got)
	}
}
