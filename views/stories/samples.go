package stories

import (
	"time"

	"github.com/faregate/faregate/views/layout"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
)

const nonce = "bm9uY2Ugb2YgdGhlIHN0b3JpZXM"

// now is the moment of every story.
var now = time.Date(2026, 11, 22, 14, 3, 7, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

const (
	cent = 10_000_000
	unit = 100 * cent
)

func usd(nano int64) ui.Amount { return ui.Amount{Nano: nano, Currency: "USD"} }

var twoCents = pages.Price{PerCall: usd(2 * cent)}

// base is the request of somebody who is signed out.
func base(theme layout.Theme) layout.Request {
	return layout.Request{
		Nonce: nonce, Theme: theme, Path: "/", RequestID: "req_01k9q3v7d2m8x5t1",
		Clock: ui.Clock{Now: now}, PublicURL: "http://localhost:8402", Demo: true, Payments: true, SignUp: true,
	}
}

var (
	acme = layout.Team{Slug: "acme", Name: "Acme Weather", Role: "owner", MayPay: true, MayMakeKeys: true, MaySubscribe: true, MayManageAPIs: true, MayPublish: true, MayManageBudgets: true, MayManageTeam: true, MayOwnTeam: true, MayViewAudit: true, MayManageWebhooks: true}
	tide = layout.Team{Slug: "tideline", Name: "Tideline", Role: "viewer"}
	prov = layout.Team{Slug: "quotable", Name: "Quotable", Provider: true, Role: "owner", MayPay: true, MayMakeKeys: true, MaySubscribe: true, MayManageAPIs: true, MayPublish: true, MayManageBudgets: true, MayManageTeam: true, MayOwnTeam: true, MayViewAudit: true, MayManageWebhooks: true}
)

// as is the request of a member looking at a team's page.
func as(theme layout.Theme, t layout.Team) layout.Request {
	r := base(theme)
	r.User = &layout.User{Name: "Mara Lind", Email: "mara@acme.example", Admin: true}
	r.Team, r.Teams = &t, []layout.Team{acme, tide, prov}
	r.Path = "/t/" + t.Slug
	return r
}

func card() pages.APICard {
	return pages.APICard{Slug: "quotes", Name: "Quotes", Summary: "A fresh quotation with every call, sorted by mood and century.", Owner: "Quotable", Version: "v1", State: "published", Price: twoCents}
}

func tides() pages.APICard {
	return pages.APICard{Slug: "tides", Name: "Tides", Summary: "High and low water for 4,200 harbours, seven days ahead, corrected for wind and air pressure.", Owner: "Tideline", Version: "v2", State: "published", Price: pages.Price{PerCall: usd(1_250_000)}}
}

func calls() []pages.CallRow {
	row := func(id string, d time.Duration, path string, status int, code, key string, took time.Duration, charge int64) pages.CallRow {
		return pages.CallRow{ID: "req_" + id, At: ago(d), API: "Quotes", APISlug: "quotes", Method: "GET", Path: path, Status: status, Code: code, KeyLabel: key, Took: took, Charge: usd(charge)}
	}
	rows := []pages.CallRow{
		row("01k9q3v7d2m8", 12*time.Second, "/random", 200, "", "Nightly import", 42*time.Millisecond, 2*cent),
		row("01k9q3v7d2m7", 48*time.Second, "/random?mood=calm", 402, "insufficient_credits", "Nightly import", 640*time.Microsecond, 0),
		row("01k9q3v7d2m6", 3*time.Minute, "/by/seneca", 200, "", "Website", 118*time.Millisecond, 2*cent),
		row("01k9q3v7d2m5", 9*time.Minute, "/by/nobody-of-that-name-was-ever-quoted-here", 404, "", "Website", 31*time.Millisecond, 2*cent),
		row("01k9q3v7d2m4", 2*time.Hour, "/random", 502, "upstream_error", "Website", 1840*time.Millisecond, 0),
		row("01k9q3v7d2m3", 26*time.Hour, "/random", 429, "rate_limited", "Nightly import", 310*time.Microsecond, 0),
	}
	rows[2].Method = "POST"
	return rows
}

// spend is 30 days with a weekly rhythm and one quiet day.
func spend() []ui.DaySpend {
	var days []ui.DaySpend
	for i := range 30 {
		n := int64(120 + 17*(i%7)*(i%7) + 9*i)
		if i == 11 {
			n = 0
		}
		days = append(days, ui.DaySpend{Day: now.AddDate(0, 0, i-29), Spent: usd(n * 2 * cent), Calls: n})
	}
	return days
}

func refused() *pages.RefusedCall {
	return &pages.RefusedCall{
		Ref: "dny_9fK2", At: ago(48 * time.Second), API: "Quotes", Operation: "GET /random", KeyLabel: "Nightly import", Price: twoCents,
		Need: usd(2 * cent), Have: usd(4_000_000), Curl: pages.Curl("GET", "http://localhost:8402/invoke/quotes/v1/random", "$FAREGATE_KEY"),
	}
}

func presets() []pages.Preset {
	return []pages.Preset{
		{Amount: usd(5 * unit), Buys: "about 250 calls"}, {Amount: usd(10 * unit), Buys: "about 500 calls"},
		{Amount: usd(25 * unit), Buys: "about 1,250 calls"}, {Amount: usd(100 * unit), Buys: "about 5,000 calls"},
	}
}
