package billing_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/modeltest"
)

// spenders are books that know what a team in Tokyo and its keys have spent.
type spenders struct {
	*bank
	keys map[string]models.Spend
}

func (s spenders) TeamTerms(context.Context, string) (billing.TeamTerms, error) {
	zone, err := models.LoadZone("Asia/Tokyo")
	return billing.TeamTerms{Zone: zone}, err
}

func (s spenders) KeySpend(_ context.Context, keyID string) (models.Spend, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys[keyID], s.failing
}

// What is told is what the next call would meet: what is stored, what is held, and nothing of a day that is over.
func TestSpentIsWhatTheNextCallWouldMeet(t *testing.T) {
	ctx, clock := context.Background(), modeltest.NewClock(time.Date(2026, 11, 22, 14, 30, 0, 0, time.UTC))
	day, month := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC), time.Date(2026, 10, 31, 15, 0, 0, 0, time.UTC)
	dayEnd, monthEnd := day.AddDate(0, 0, 1), time.Date(2026, 11, 30, 15, 0, 0, 0, time.UTC)
	books := spenders{newBank("a"), map[string]models.Spend{
		"today":     {DayStart: day.Unix(), DaySpent: 3, MonthStart: month.Unix(), MonthSpent: 30, TotalSpent: 300},
		"long past": {DayStart: 900, DaySpent: 5, MonthStart: 900, MonthSpent: 5, TotalSpent: 500},
	}}
	books.wallets["a"] = models.Wallet{TeamID: "a", Balance: 100, Spend: models.Spend{DayStart: day.Unix(), DaySpent: 7, TotalSpent: 700}}
	accounts := billing.NewAccounts(books, clock, models.Rate{})

	call := caseOf("a", 20)
	call.Now, call.Key.ID = clock.Now(), "today"
	_, hold, err := accounts.Admit(ctx, call)
	if err != nil || hold == nil {
		t.Fatalf("the call is not admitted: %v", err)
	}
	spent := func(days, months, total, held models.Nano) billing.Spent {
		return billing.Spent{
			Day: billing.SpentIn{Spent: days, Held: held, Ends: dayEnd}, Month: billing.SpentIn{Spent: months, Held: held, Ends: monthEnd},
			Total: billing.SpentIn{Spent: total, Held: held},
		}
	}
	check := func(what string, wantTeam billing.Spent, wantKeys map[string]billing.Spent) {
		t.Helper()
		team, keys, err := accounts.Spent(ctx, "a", "today", "long past", "never used")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wantTeam, team) + cmp.Diff(wantKeys, keys); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	check("with a call in flight", spent(7, 0, 700, 20), map[string]billing.Spent{
		"today": spent(3, 30, 300, 20), "long past": spent(0, 0, 500, 0), "never used": spent(0, 0, 0, 0),
	})
	hold.Release()
	hold.Leave()
	clock.Move(time.Hour)
	dayEnd = dayEnd.AddDate(0, 0, 1)
	check("the next day, in Tokyo", spent(0, 0, 700, 0), map[string]billing.Spent{
		"today": spent(0, 30, 300, 0), "long past": spent(0, 0, 500, 0), "never used": spent(0, 0, 0, 0),
	})
	accounts.TeamChanged("a")
	if team, keys, err := accounts.Spent(ctx, "a"); err != nil || len(keys) != 0 || team != spent(0, 0, 700, 0) {
		t.Errorf("without keys, after a change of the team: %+v, %v, %v", team, keys, err)
	}
	if team, keys, err := accounts.Spent(ctx, "a", "today", ""); err == nil || keys != nil || team != (billing.Spent{}) {
		t.Errorf("a key without an id: %+v, %v, %v", team, keys, err)
	}
	for _, period := range models.BudgetPeriods {
		all := billing.Spent{Day: billing.SpentIn{Spent: 1}, Month: billing.SpentIn{Spent: 2}, Total: billing.SpentIn{Spent: 3}}
		if want := map[models.Period]models.Nano{models.PerDay: 1, models.PerMonth: 2, models.InTotal: 3}[period]; all.Of(period).Spent != want {
			t.Errorf("%s is %d, want %d", period, all.Of(period).Spent, want)
		}
	}
	books.fail(errDown)
	if _, _, err := accounts.Spent(ctx, "a", "another"); !errors.Is(err, errDown) {
		t.Errorf("books that are down give %v", err)
	}
}

// A team moves from UTC to Tokyo, where the next day has begun. Its windows are stored, so it does not matter who remembers.
func TestANewZoneHoldsFromTheNextBoundaryAlsoAfterARestart(t *testing.T) {
	ctx, clock := context.Background(), modeltest.NewClock(time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC))
	day, nextDay := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	month, nextMonth := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	stored := models.Spend{
		DayStart: day.Unix(), DayEnd: nextDay.Unix(), DaySpent: 7, MonthStart: month.Unix(), MonthEnd: nextMonth.Unix(), MonthSpent: 70, TotalSpent: 700,
	}
	books := spenders{newBank("a"), map[string]models.Spend{"used": stored}}
	books.wallets["a"] = models.Wallet{TeamID: "a", Balance: 100, Spend: stored}
	accounts := billing.NewAccounts(books, clock, models.Rate{})
	inTotal := billing.SpentIn{Spent: 700}
	for _, row := range []struct {
		sentence string
		at       time.Time
		want     billing.Spent
	}{
		{"the day of UTC goes on", clock.Now(), billing.Spent{Day: billing.SpentIn{Spent: 7, Ends: nextDay}, Month: billing.SpentIn{Spent: 70, Ends: nextMonth}, Total: inTotal}},
		{"then comes Tokyo's", nextDay, billing.Spent{Day: billing.SpentIn{Ends: nextDay.Add(15 * time.Hour)}, Month: billing.SpentIn{Spent: 70, Ends: nextMonth}, Total: inTotal}},
		{"and Tokyo's month", nextMonth, billing.Spent{Day: billing.SpentIn{Ends: nextMonth.Add(15 * time.Hour)},
			Month: billing.SpentIn{Ends: time.Date(2026, 12, 31, 15, 0, 0, 0, time.UTC)}, Total: inTotal}},
	} {
		clock.Move(row.at.Sub(clock.Now()))
		team, keys, err := accounts.Spent(ctx, "a", "used", "never used")
		unused := row.want
		unused.Day.Spent, unused.Month.Spent, unused.Total.Spent = 0, 0, 0
		if diff := cmp.Diff(row.want, team) + cmp.Diff(map[string]billing.Spent{"used": row.want, "never used": unused}, keys); err != nil || diff != "" {
			t.Errorf("%s: %v %s", row.sentence, err, diff)
		}
	}
}

// A key that comes first on a page, after its team has moved, counts in its team's day as a call would.
func TestAKeyThatIsLookedAtIsInItsTeamsWindows(t *testing.T) {
	ctx, clock := context.Background(), modeltest.NewClock(time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC))
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	books := newBank("a")
	books.move("a", 100)
	accounts := billing.NewAccounts(books, clock, models.Rate{})
	if _, _, err := accounts.Spent(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	var err error
	if books.terms.Zone, err = models.LoadZone("Asia/Tokyo"); err != nil {
		t.Fatal(err)
	}
	accounts.TeamChanged("a")
	call := caseOf("a", 20)
	call.Now, call.Key.ID = clock.Now(), "new"
	team, keys, err := accounts.Spent(ctx, "a", call.Key.ID)
	if want := day.AddDate(0, 0, 1); err != nil || !team.Day.Ends.Equal(want) || keys[call.Key.ID] != team {
		t.Errorf("the team's day ends at %s, want %s; its key: %+v, %v", team.Day.Ends, want, keys, err)
	}
	_, hold, err := accounts.Admit(ctx, call)
	if err != nil || hold == nil || hold.Windows().Day != day.Unix() {
		t.Errorf("the call counts elsewhere: %+v, %v", hold, err)
	}
}
