package models_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/models"
)

// wrongFields are the fields that an error is about, by name.
func wrongFields(err error) []string {
	var invalid models.Invalid
	errors.As(err, &invalid)
	return slices.Sorted(maps.Keys(invalid))
}

func budget(n models.Nano) *models.Nano { return &n }

func TestKeyRulesNameWhatHasToBeMended(t *testing.T) {
	for sentence, tc := range map[string]struct {
		rules models.KeyRules
		wrong string
	}{
		"no rules at all are fine":           {models.KeyRules{}, ""},
		"a call a second is a rate":          {models.KeyRules{Rate: models.Rate{Calls: 1, Seconds: 1}}, ""},
		"a rate of seven seconds is none":    {models.KeyRules{Rate: models.Rate{Calls: 1, Seconds: 7}}, "rate"},
		"a rate below zero is none":          {models.KeyRules{Rate: models.Rate{Calls: -1, Seconds: 1}}, "rate"},
		"a rate beyond the most is none":     {models.KeyRules{Rate: models.Rate{Calls: 1_000_001, Seconds: 1}}, "rate"},
		"a time without calls is no limit":   {models.KeyRules{Rate: models.Rate{Seconds: 60}}, ""},
		"concurrency below zero is none":     {models.KeyRules{Concurrency: -1}, "concurrency"},
		"a budget of zero spends nothing":    {models.KeyRules{Budgets: models.Budgets{Day: budget(0)}}, ""},
		"a budget below zero is none":        {models.KeyRules{Budgets: models.Budgets{Month: budget(-1)}}, "budget_month"},
		"a budget beyond all money is none":  {models.KeyRules{Budgets: models.Budgets{Total: budget(1_000_000_001 * models.Unit)}}, "budget_total"},
		"a word is no network":               {models.KeyRules{Networks: []string{"10.0.0.0/8", "office"}}, "networks"},
		"a mask beyond the address is none":  {models.KeyRules{Networks: []string{"10.0.0.0/33"}}, "networks"},
		"an interface's name is no network":  {models.KeyRules{Networks: []string{"fe80::1%eth0"}}, "networks"},
		"half IPv4 and half IPv6 is neither": {models.KeyRules{Networks: []string{"::ffff:10.0.0.0/90"}}, "networks"},
		"more than one thing at once": {models.KeyRules{Concurrency: -1, Networks: []string{"x"}, Budgets: models.Budgets{Day: budget(-1)}},
			"budget_day concurrency networks"},
	} {
		if got := strings.Join(wrongFields(tc.rules.Validate()), " "); got != tc.wrong {
			t.Errorf("%s: wrong are %q, want %q", sentence, got, tc.wrong)
		}
	}
}

func TestKeyRulesAreTidied(t *testing.T) {
	rules := models.KeyRules{
		Rate:     models.Rate{Seconds: 60},
		Networks: []string{" 203.0.113.9/24 ", "", "203.0.113.0/24", "2001:DB8::1", "198.51.100.7", "::ffff:192.0.2.0/120"},
		APIs:     []string{"api_b", "api_a", "api_b"},
	}
	if err := rules.Validate(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(models.KeyRules{
		Networks: []string{"203.0.113.0/24", "2001:db8::1/128", "198.51.100.7/32", "192.0.2.0/24"}, APIs: []string{"api_a", "api_b"},
	}, rules); diff != "" {
		t.Error(diff)
	}
}

func TestTeamLimitsNeedAZoneThatEverybodyKnows(t *testing.T) {
	for zone, ok := range map[string]bool{
		"UTC": true, "Europe/Berlin": true, "Asia/Kathmandu": true, "US/Pacific": true,
		"": false, "Local": false, "right/Europe/Berlin": false, "posix/UTC": false, "Europe/Atlantis": false, "../etc/passwd": false,
	} {
		err := models.ValidateTeamLimits(zone, models.Budgets{})
		if got := strings.Join(wrongFields(err), " "); (got == "") != ok || !ok && got != "time_zone" {
			t.Errorf("%q: %v", zone, err)
		}
	}
	if got := strings.Join(wrongFields(models.ValidateTeamLimits("Nowhere", models.Budgets{Day: budget(-1)})), " "); got != "budget_day time_zone" {
		t.Errorf("wrong are %s", got)
	}
}

// The windows of budgets are exact to the quarter hour, so every zone on offer must be.
func TestEveryZoneOnOfferKeepsToQuarterHours(t *testing.T) {
	names := models.TimeZones()
	if len(names) < 300 || names[0] != "UTC" || !slices.IsSorted(names[1:]) {
		t.Fatalf("%d zones, the first is %s", len(names), names[0])
	}
	for _, name := range names {
		zone, err := models.LoadZone(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for month := range 240 {
			at := time.Date(2020, time.Month(1+month), 10, 12, 0, 0, 0, time.UTC)
			for _, period := range []models.Period{models.PerHour, models.PerDay, models.PerMonth} {
				if start, end := period.Window(at, zone); start%900 != 0 || end%900 != 0 || end <= at.Unix() {
					t.Fatalf("%s: the %s of %s is %d to %d", name, period, at, start, end)
				}
			}
		}
	}
}

func TestBudgetsAndLimitsAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string]string{
		"": "none", "  ": "none", "0": "0.00", "12.5": "12.50", "$1,000": "1000.00", "-1": "no", "ten": "no", "12,50": "no",
	} {
		got := "none"
		switch b, err := models.ParseBudget(text); {
		case err != nil:
			got = "no"
		case b != nil:
			got = b.Decimal(2)
		}
		if got != want {
			t.Errorf("the budget %q is %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]int64{
		"": 0, " 7 ": 7, "1,000": 1000, "0": -1, "-5": -1, "+5": -1, "1.5": -1, "1,00": -1, "many": -1, "99999999999999999999": -1,
	} {
		got, err := models.ParseLimit(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("the limit %q is %d, want %d", text, got, want)
		}
	}
}

func TestRatesAndQuotasInWords(t *testing.T) {
	for got, want := range map[string]string{
		models.Rate{Calls: 1, Seconds: 1}.String():                       "1 call a second",
		models.Rate{Calls: 100, Seconds: 60}.String():                    "100 calls a minute",
		models.Rate{Calls: 12_000, Seconds: 3600}.String():               "12,000 calls an hour",
		models.Rate{Calls: 5, Seconds: 10}.String():                      "5 calls in 10 seconds",
		models.Quota{Calls: 1_000_000, Period: models.PerHour}.String():  "1,000,000 calls an hour",
		models.Quota{Calls: 1_000_000, Period: models.PerMonth}.String(): "1,000,000 calls a month",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
