package email

import (
	"strings"
	"time"
)

// SubscriptionNews is a mail about a subscription or a request for one, to somebody of either side.
type SubscriptionNews struct {
	Notice      string // what it tells of: see the cases of Subject
	Name        string // the reader's
	Team, Owner string // the subscriber, and whose the API is
	API, Plan   string
	FromPlan    string // where another plan is asked for, the one that runs
	By          string // who asked
	Question    string // "" where nothing was asked
	Answer      string
	Said        string    // the provider's comment, "" for none
	EndsAt      time.Time // zero for no end
	AskedAt     time.Time // in a reminder, since when the request waits
	Clock       Clock
	URL         string // absolute: where it goes on
}

// Subject is the mail's subject line.
func (m SubscriptionNews) Subject() string {
	switch m.Notice {
	case "requested":
		return m.Team + " asks for " + m.API
	case "reminded":
		return m.Team + " still waits for " + m.API
	case "approved":
		return m.API + ": your request was approved"
	case "declined":
		return m.API + ": your request was declined"
	case "paused":
		return m.API + ": your subscription is paused"
	case "resumed":
		return m.API + ": your subscription goes on"
	case "end_set", "end_near":
		return m.API + ": your subscription ends on " + m.Clock.Day(m.EndsAt)
	case "no_end":
		return m.API + ": your subscription does not end any more"
	case "ended":
		return m.API + ": your subscription has ended"
	}
	return m.API + ": news of your subscription"
}

// what says what happened and what it means, a paragraph each.
func (m SubscriptionNews) what() []string {
	switch m.Notice {
	case "requested":
		if m.FromPlan != "" {
			return []string{m.By + " of " + m.Team + " asks for the plan " + m.Plan + " of " + m.API + ", in place of " + m.FromPlan + ". Their calls go on under the plan that they have until you answer."}
		}
		return []string{m.By + " of " + m.Team + " asks for the plan " + m.Plan + " of " + m.API + ". Their calls get 403 until you say yes."}
	case "reminded":
		return []string{m.By + " of " + m.Team + " has been waiting since " + m.Clock.Day(m.AskedAt) + " for your answer: they ask for the plan " + m.Plan + " of " + m.API + ". An administrator of this portal asks you to have a look."}
	case "approved":
		if m.FromPlan != "" {
			return []string{m.Owner + " has approved the plan " + m.Plan + " of " + m.API + " for " + m.Team + ", in place of " + m.FromPlan + "."}
		}
		return []string{m.Owner + " has approved the plan " + m.Plan + " of " + m.API + " for " + m.Team + ". Its keys can call now." + m.until()}
	case "declined":
		if m.FromPlan != "" {
			return []string{m.Owner + " has declined the plan " + m.Plan + " of " + m.API + " for " + m.Team + ". The plan " + m.FromPlan + " goes on."}
		}
		return []string{m.Owner + " has declined the plan " + m.Plan + " of " + m.API + " for " + m.Team + ". You can ask again."}
	case "paused":
		return []string{m.Owner + " has paused the subscription of " + m.Team + " to " + m.API + ". Its calls get 403 and cost nothing until " + m.Owner + " resumes it."}
	case "resumed":
		return []string{m.Owner + " has resumed the subscription of " + m.Team + " to " + m.API + ". Calls go on, unless your own team has paused it too."}
	case "end_set":
		return []string{m.Owner + " has set an end to the subscription of " + m.Team + " to " + m.API + ": " + m.Clock.Exact(m.EndsAt) + ". Calls get 403 from then on."}
	case "no_end":
		return []string{"The subscription of " + m.Team + " to " + m.API + " holds until somebody ends it. " + m.Owner + " has taken back the end that was set."}
	case "end_near":
		return []string{"The subscription of " + m.Team + " to " + m.API + " ends on " + m.Clock.Exact(m.EndsAt) + ". Calls get 403 from then on.",
			"To go on, ask " + m.Owner + " for a later end before that."}
	case "ended":
		return []string{"The subscription of " + m.Team + " to " + m.API + " ended on " + m.Clock.Exact(m.EndsAt) + ". Calls get 403, and keys and credit stay as they are.",
			"You can subscribe again while the API takes new subscribers."}
	}
	return nil
}

// until says when what was approved ends.
func (m SubscriptionNews) until() string {
	if m.EndsAt.IsZero() {
		return ""
	}
	return " The subscription ends on " + m.Clock.Exact(m.EndsAt) + "."
}

// said are what people of the two sides have written, with who wrote it.
func (m SubscriptionNews) said() [][2]string {
	var said [][2]string
	if m.asks() && m.Answer != "" {
		said = append(said, [2]string{m.Question, m.Answer})
	}
	if m.Said != "" {
		said = append(said, [2]string{m.Owner + " says", m.Said})
	}
	return said
}

// asks says whether the reader is one of those who may answer.
func (m SubscriptionNews) asks() bool { return m.Notice == "requested" || m.Notice == "reminded" }

func (m SubscriptionNews) step() string {
	if m.asks() {
		return "Answer the request"
	}
	return "See the subscription"
}

// Text is the plain part.
func (m SubscriptionNews) Text() string {
	var b strings.Builder
	b.WriteString("Hello " + m.Name + ",\n\n")
	for _, text := range m.what() {
		b.WriteString(text + "\n\n")
	}
	for _, s := range m.said() {
		b.WriteString(s[0] + ":\n" + s[1] + "\n\n")
	}
	b.WriteString(m.step() + ":\n" + m.URL + "\n")
	return b.String()
}
