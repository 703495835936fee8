package models_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

// Of every mail people can say whether they want it, or it says why they cannot.
func TestEveryMailIsChosenOrAlwaysSent(t *testing.T) {
	chosen, fixed := map[models.OutboxKind]bool{models.NotificationMail: true}, map[models.OutboxKind]bool{}
	for _, row := range models.NotificationRows() {
		for _, event := range row.Tells {
			if event.Mail == "" {
				continue
			}
			if chosen[event.Mail] = !row.MailIsFixed(); row.MailIsFixed() {
				fixed[event.Mail] = true
			}
		}
	}
	always, kinds := models.AlwaysMailed(), constants(t, "OutboxKind")
	if len(kinds) < 12 {
		t.Fatalf("only %v were found", kinds)
	}
	for _, name := range kinds {
		switch kind := models.OutboxKind(name); {
		case chosen[kind] && always[kind] != "":
			t.Errorf("%s can be turned off, and says that it cannot", kind)
		case !chosen[kind] && always[kind] == "":
			t.Errorf("%s: add it to what a row of notificationRows mails, or to AlwaysMailed with its reason", kind)
		}
		delete(fixed, models.OutboxKind(name))
	}
	for kind := range fixed {
		t.Errorf("%s is no mail", kind)
	}
	for _, notice := range constants(t, "SubscriptionNotice") {
		row, ok := models.NotificationRowOf(models.SubscriptionNotice(notice).Kind())
		if !ok || !slices.ContainsFunc(row.Tells, func(e models.NotificationEvent) bool { return e.Mail == models.SubscriptionNews }) {
			t.Errorf("the mail %q hangs on %q, which does not know it", notice, row.Kind)
		}
	}
}

// What webhooks tell programs is told to people too, or there is a reason why not.
func TestWhatConcernsProgramsConcernsPeople(t *testing.T) {
	untold := map[models.AuditAction]string{
		models.AuditKeyCreated: "a member's own work, and in the list of keys", models.AuditKeyRulesSet: "a member's own work", models.AuditKeyRotated: "a member's own work",
		models.AuditKeyRotationEnded: "a member's own work", models.AuditPlanOpened: "a member's own work; subscribers are not touched",
		models.AuditPlanChangeWithdrawn: "nothing changes", models.AuditTeamRenamed: "seen on every page", models.AuditTeamLimitsSet: "a member's own work; what a budget refuses is told",
		models.AuditVersionDeprecated: "announced before; those who have it go on", models.AuditCallRefunded: "hundreds at a time after a crash; the statement lists them",
	}
	for _, event := range models.WebhookEvents() {
		for _, act := range event.Acts {
			if told := len(models.NotificationsOf(act)) > 0; told == (untold[act] != "") {
				t.Errorf("%s: add it to notificationRows, or here with the reason why people are not told (told: %t)", act, told)
			}
		}
	}
}

func TestTheTableOfNotificationsIsInOrder(t *testing.T) {
	acts := auditActions(t)
	nobodys := []models.AuditAction{
		models.KeyExpiring, models.SubscriptionEnding, models.WalletLow, models.WalletEmpty, models.TeamBudgetReached, models.KeyBudgetReached, models.TopupNotPaid, models.AnnouncementBegun,
		models.VersionSunsetNear,
	}
	braces := regexp.MustCompile(`^(actor|own|team|api|plan|name|until|amount|details|by|who)$`)
	kinds, seen := map[models.NotificationKind]bool{}, map[string]bool{}
	for _, row := range models.NotificationRows() {
		if kinds[row.Kind] || row.Group == "" || row.Words == "" || strings.HasSuffix(row.Words, ".") || len(row.Tells) == 0 {
			t.Errorf("%+v", row)
		}
		kinds[row.Kind] = true
		for _, e := range row.Tells {
			place := string(e.Act) + " to " + string(e.To)
			if seen[place] || e.Words == "" || strings.HasSuffix(e.Words, ".") || e.Step == "" {
				t.Errorf("%s: %+v", place, e)
			}
			seen[place] = true
			if !slices.Contains(acts, e.Act) && !slices.Contains(nobodys, e.Act) {
				t.Errorf("%s never happens", e.Act)
			}
			for _, name := range regexp.MustCompile(`\{(\w*)\}`).FindAllStringSubmatch(e.Words, -1) {
				if !braces.MatchString(name[1]) {
					t.Errorf("%s: nothing goes into %s", place, name[0])
				}
			}
			if e.Act.ByOperator() && (strings.Contains(e.Words, "{actor}") || strings.Contains(e.Words, "{by}")) {
				t.Errorf("%s names an administrator of the portal", place)
			}
			if e.To != models.TellTeam && e.To != models.TellPerson && strings.Contains(e.Words, "{by}") {
				t.Errorf("%s names a person to people of other teams", place)
			}
		}
	}
	for _, act := range nobodys {
		if n := len(models.NotificationsOf(act)); n != 1 {
			t.Errorf("%s has %d rows; what is told once has one", act, n)
		}
	}
	if (models.Notification{Act: "thing.of_tomorrow"}).Step() != "Open" {
		t.Error("an act of another release has no step")
	}
}

func TestWhereSomebodyIsTold(t *testing.T) {
	row := models.NotificationRow{Kind: "k", Portal: true}
	for _, r := range []struct {
		sentence     string
		row          models.NotificationRow
		choices      models.NotificationChoices
		team         string
		portal, mail bool
	}{
		{"without a choice, as the row says", row, nil, "team_1", true, false},
		{"as chosen for all teams", row, models.NotificationChoices{{Kind: "k", Mail: true}}, "team_1", false, true},
		{"a team's own choice goes before that", row, models.NotificationChoices{{Kind: "k", TeamID: "team_1", Mail: true}, {Kind: "k", Portal: true}}, "team_1", false, true},
		{"in whatever order they are read", row, models.NotificationChoices{{Kind: "k", Portal: true}, {Kind: "k", TeamID: "team_1", Mail: true}}, "team_1", false, true},
		{"and holds for no other team", row, models.NotificationChoices{{Kind: "k", TeamID: "team_1", Mail: true}}, "team_2", true, false},
		{"a choice of another kind changes nothing", row, models.NotificationChoices{{Kind: "other"}}, "", true, false},
		{"what is always told is told", models.NotificationRow{Kind: "k", Portal: true, Mail: true, Always: true}, models.NotificationChoices{{Kind: "k"}}, "", true, true},
		{"a mail that is fixed is not chosen", models.NotificationRow{Kind: "k", Portal: true, MailFixed: "why"}, models.NotificationChoices{{Kind: "k", Mail: true}}, "", false, false},
	} {
		if got := r.choices.In(r.team, r.row); got.Portal != r.portal || got.Mail != r.mail {
			t.Errorf("%s: %+v", r.sentence, got)
		}
	}
}

func TestNamesAreFilledIn(t *testing.T) {
	l := models.NotificationListing{Notification: models.Notification{Text: models.Doer + " took " + models.Person + " into Acme"}, DoerName: "Ada " + models.Person, PersonName: "Bo"}
	if got := l.Words(); got != "Ada \x02 took Bo into Acme" {
		t.Error(got)
	}
	if l.DoerName = ""; l.Words() != "The portal took Bo into Acme" {
		t.Error(l.Words())
	}
}

func TestAMailChoiceComesBackAsItWas(t *testing.T) {
	want := models.MailChoice{UserID: models.NewID(models.KindUser), Kind: "balance.low"}
	if got, ok := models.ParseMailChoice(want.String()); !ok || got != want {
		t.Errorf("%+v", got)
	}
	for _, odd := range []string{"", "usr_1", "usr_1 balance.low", "team_1 balance.low", " "} {
		if got, ok := models.ParseMailChoice(odd); ok {
			t.Errorf("%q is %+v", odd, got)
		}
	}
}

func TestTheFirstIDOfAnInstant(t *testing.T) {
	now := models.SystemClock{}.Now()
	if id := models.NewID(models.KindDenial); id < models.FirstID(models.KindDenial, now) || id >= models.FirstID(models.KindDenial, now.Add(time.Hour)) {
		t.Errorf("%s is not of this hour", id)
	}
	if id := models.FirstID(models.KindDenial, now); !models.IsID(models.KindDenial, id) {
		t.Errorf("%s is no id", id)
	}
}
