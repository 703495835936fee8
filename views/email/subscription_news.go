package email

import "strings"

// SubscriptionNews is a mail about a subscription or a request for one, to somebody of either side.
type SubscriptionNews struct {
	Notice      string // what it tells of: requested, approved, declined
	Name        string // the reader's
	Team, Owner string // the subscriber, and whose the API is
	API, Plan   string
	FromPlan    string // where another plan is asked for, the one that runs
	By          string // who asked
	Question    string // "" where nothing was asked
	Answer      string
	Said        string // the provider's comment, "" for none
	Clock       Clock
	URL         string // absolute: where it goes on
}

// Subject is the mail's subject line.
func (m SubscriptionNews) Subject() string {
	switch m.Notice {
	case "requested":
		return m.Team + " asks for " + m.API
	case "approved":
		return m.API + ": your request was approved"
	case "declined":
		return m.API + ": your request was declined"
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
	case "approved":
		if m.FromPlan != "" {
			return []string{m.Owner + " has approved the plan " + m.Plan + " of " + m.API + " for " + m.Team + ", in place of " + m.FromPlan + "."}
		}
		return []string{m.Owner + " has approved the plan " + m.Plan + " of " + m.API + " for " + m.Team + ". Its keys can call now."}
	case "declined":
		if m.FromPlan != "" {
			return []string{m.Owner + " has declined the plan " + m.Plan + " of " + m.API + " for " + m.Team + ". The plan " + m.FromPlan + " goes on."}
		}
		return []string{m.Owner + " has declined the plan " + m.Plan + " of " + m.API + " for " + m.Team + ". You can ask again."}
	}
	return nil
}

// said are what people of the two sides have written, with who wrote it.
func (m SubscriptionNews) said() [][2]string {
	var said [][2]string
	if m.Notice == "requested" && m.Answer != "" {
		said = append(said, [2]string{m.Question, m.Answer})
	}
	if m.Said != "" {
		said = append(said, [2]string{m.Owner + " says", m.Said})
	}
	return said
}

func (m SubscriptionNews) step() string {
	if m.Notice == "requested" {
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
