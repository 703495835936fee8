package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// words lists what a filter leaves of a team's audit, page by page.
func (r *rig) words(team string, f models.AuditFilter) (words []string) {
	r.Helper()
	for page := (models.Page{Limit: 3}); ; {
		entries, err := r.TeamAudit(ctx, team, f, page)
		r.must(err)
		for _, l := range entries.Rows {
			words = append(words, l.Entry.Action.Words())
		}
		if page.After = entries.Next; entries.Next == "" {
			return words
		}
	}
}

func TestATeamsAuditIsFilteredAndPaged(t *testing.T) {
	r := newRig(t)
	day := r.clock.Now()
	vic := r.join("vic", models.RoleAdmin)
	r.clock.Move(24 * time.Hour)
	r.must(r.RenameTeam(ctx, vic, r.consumer, "Buyers"))
	r.must(r.SetRole(ctx, r.carl, r.consumer, vic.UserID, models.RoleOwner))
	r.clock.Move(24 * time.Hour)
	r.grant(r.consumer, models.Unit)
	r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
	key := r.world.Key.ID
	for _, row := range []struct {
		what   string
		filter models.AuditFilter
		want   []string
	}{
		{"everything, newest first", models.AuditFilter{}, []string{
			"revoked a key", "granted credit", "changed a member's role", "renamed the team", "created a key", "subscribed to an API", "created the team"}},
		{"one person by address, however it is written", models.AuditFilter{Person: " VIC@example.test"}, []string{"renamed the team"}},
		{"one person by id", models.AuditFilter{Person: vic.UserID}, []string{"renamed the team"}},
		{"what administrators did is nobody's", models.AuditFilter{Person: models.AuditSystem}, nil},
		{"nobody has the address", models.AuditFilter{Person: "nobody@example.test"}, nil},
		{"a kind of thing", models.AuditFilter{Noun: "key"}, []string{"revoked a key", "created a key"}},
		{"one thing", models.AuditFilter{Subject: vic.UserID}, []string{"changed a member's role"}},
		{"since a day", models.AuditFilter{From: day.Add(48 * time.Hour)}, []string{"revoked a key", "granted credit"}},
		{"up to a day", models.AuditFilter{To: day.Add(24 * time.Hour)}, []string{"created a key", "subscribed to an API", "created the team"}},
		{"everything at once", models.AuditFilter{Person: "carl@example.test", Noun: "key", Subject: key, From: day, To: day.Add(time.Hour)}, []string{"created a key"}},
		{"a part of a name is none", models.AuditFilter{Noun: "ke", Subject: "%"}, nil},
	} {
		if got := r.words(r.consumer, row.filter); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q, want %q", row.what, got, row.want)
		}
	}
	if entries, err := r.TeamAudit(ctx, r.consumer, models.AuditFilter{}, models.Page{After: "aud_nothing"}); err != nil || len(entries.Rows) != 0 {
		t.Errorf("a cursor of nothing gives %d entries, %v", len(entries.Rows), err)
	}
}

func TestTheAuditOfATeamIsItsOwn(t *testing.T) {
	r := newRig(t)
	r.must(r.RevokeKey(ctx, r.carl, r.consumer, r.world.Key.ID))
	for _, f := range []models.AuditFilter{
		{}, {Person: r.carl.UserID}, {Subject: r.world.Key.ID}, {Noun: "key"}, {TeamSlug: r.world.ConsumerTeam.Slug},
	} {
		entries, err := r.TeamAudit(ctx, r.provider, f, models.Page{Limit: 200})
		r.must(err)
		for _, l := range entries.Rows {
			if l.Entry.TeamID != r.provider {
				t.Errorf("%+v shows %s of another team", f, l.Entry.Action)
			}
		}
	}
	// A cursor that another team was given leads to no entry of that team.
	theirs, err := r.TeamAudit(ctx, r.consumer, models.AuditFilter{}, models.Page{Limit: 1})
	r.must(err)
	entries, err := r.TeamAudit(ctx, r.provider, models.AuditFilter{}, models.Page{After: theirs.Next, Limit: 200})
	r.must(err)
	for _, l := range entries.Rows {
		if l.Entry.TeamID != r.provider {
			t.Errorf("a cursor shows %s of another team", l.Entry.Action)
		}
	}
}

// A team learns what an administrator of the platform did to it, and not who that is and where they sit.
func TestATeamDoesNotSeeWhoTheOperatorIs(t *testing.T) {
	r := newRig(t)
	root, err := r.AddAdministrator(ctx, models.NewUser{Name: "Root", Email: "root@example.test"}, "x")
	r.must(err)
	actor := models.Actor{UserID: root.ID, Address: "192.0.2.1", RequestID: "web_1"}
	r.must(r.SetProvider(ctx, actor, r.consumer, true))
	entries, err := r.TeamAudit(ctx, r.consumer, models.AuditFilter{Noun: "team"}, models.Page{})
	r.must(err)
	l := entries.Rows[0]
	if l.Entry.Action != models.AuditTeamProvider || !l.Operator || l.UserName+l.UserEmail+l.Entry.UserID+l.Entry.Address+l.Entry.RequestID != "" {
		t.Errorf("a team sees %+v", l)
	}
	for _, person := range []string{root.ID, root.Email} {
		if got := r.words(r.consumer, models.AuditFilter{Person: person}); got != nil {
			t.Errorf("asking for %s tells that they did %q", person, got)
		}
	}
	all, err := r.Audit(ctx, models.AuditFilter{Person: root.Email, TeamSlug: "consumers"}, models.Page{})
	r.must(err)
	if len(all.Rows) != 1 || all.Rows[0].UserName != "Root" || all.Rows[0].Entry.Address != "192.0.2.1" || all.Rows[0].TeamName != "Consumers" {
		t.Errorf("an administrator sees %+v", all.Rows)
	}
}

func TestAuditEntriesNameWhatTheyAreAbout(t *testing.T) {
	r := newRig(t)
	plan := r.addPlan("Pro", 10)
	_, err := r.invite(r.carl, "new@example.test", models.RoleViewer)
	r.must(err)
	r.must(r.EditAPI(ctx, r.pia, r.provider, r.api, models.APIDraft{
		Name: "Quotes", Slug: "quotes", Visibility: models.Public, UpstreamURL: "http://upstream.test", Credential: models.CredentialChange{Header: "Authorization", Sealed: "x"},
	}))
	all, err := r.Audit(ctx, models.AuditFilter{}, models.Page{Limit: 200})
	r.must(err)
	names := map[models.AuditAction]models.AuditSubject{}
	for _, l := range all.Rows {
		names[l.Entry.Action] = l.Subject
	}
	for action, want := range map[models.AuditAction]models.AuditSubject{
		models.AuditPlanAdded: {Name: plan.Name + " of Quotes", Slug: "quotes"}, models.AuditAPIEdited: {Name: "Quotes", Slug: "quotes"},
		models.AuditVersionPublished: {Name: "Quotes v1", Slug: "quotes"}, models.AuditCredentialSet: {Name: "Quotes", Slug: "quotes"},
		models.AuditKeyCreated: {Name: "test key"}, models.AuditSubscribed: {Name: "Quotes", Slug: "quotes"}, models.AuditInvitationSent: {Name: "new@example.test"},
		models.AuditUserSignedUp: {Name: "Pia Provider"}, models.AuditTeamCreated: {Name: "Providers", Slug: "providers"},
	} {
		if got := names[action]; got != want && got.Name != "Carl Consumer" && got.Name != "Consumers" {
			t.Errorf("%s is about %+v, want %+v", action, got, want)
		}
	}
	ours, err := r.TeamAudit(ctx, r.consumer, models.AuditFilter{Subject: r.world.Key.ID}, models.Page{})
	r.must(err)
	if !ours.Rows[0].Subject.Ours {
		t.Error("a team's own key is not its own")
	}
}

// However many entries there are, a page reads those that it shows: every filter has its index, which has them in order.
func TestAuditListsFollowAnIndex(t *testing.T) {
	r := newRig(t)
	first, err := r.Audit(ctx, models.AuditFilter{}, models.Page{Limit: 1})
	r.must(err)
	after := models.Page{After: first.Next}
	for name, f := range map[string]models.AuditFilter{
		"nothing": {}, "person": {Person: "u"}, "address": {Person: "carl@example.test"}, "noun": {Noun: "key"}, "object": {Subject: "k"},
		"dates": {From: time.UnixMilli(1), To: time.UnixMilli(2)}, "noun and dates": {Noun: "key", From: time.UnixMilli(1)},
		"all": {Person: "u", Noun: "key", Subject: "k", From: time.UnixMilli(1), To: time.UnixMilli(2)},
	} {
		plans := r.Plans()
		_, err := r.TeamAudit(ctx, r.consumer, f, after)
		r.must(err)
		_, err = r.Audit(ctx, f, after)
		r.must(err)
		f.TeamSlug = "consumers"
		_, err = r.Audit(ctx, f, after)
		r.must(err)
		checkPlans(t, fmt.Sprintf("the audit by %s", name), plans, false)
	}
}

// Who has deleted their account did what they did, and has no address any more.
func TestTheAuditKeepsNoAddressOfADeletedAccount(t *testing.T) {
	r := newRig(t)
	vic := r.join("vic", models.RoleAdmin)
	r.must(r.RenameTeam(ctx, vic, r.consumer, "Buyers"))
	r.must(r.DeleteUser(ctx, vic))
	entries, err := r.TeamAudit(ctx, r.consumer, models.AuditFilter{Person: vic.UserID}, models.Page{})
	r.must(err)
	if len(entries.Rows) != 1 || entries.Rows[0].UserName != models.DeletedUserName || entries.Rows[0].UserEmail != "" {
		t.Errorf("%+v", entries.Rows)
	}
	if got := r.words(r.consumer, models.AuditFilter{Person: "vic@example.test"}); got != nil {
		t.Errorf("the old address finds %q", got)
	}
}
