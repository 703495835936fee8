package models

import (
	"crypto/rand"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Webhook is where a team wants to hear of events.
type Webhook struct {
	ID           string `gorm:"primaryKey"`
	TeamID       string
	URL          string        `gorm:"column:url"`
	Host         string        // of the URL, with the port: what the audit and mails name, as a path may be a secret
	Events       []WebhookType `gorm:"serializer:json"` // empty: all, those of later releases too
	Secret       string        // sealed
	OldSecret    string        // sealed; "" but for a rotation
	OldUntil     *time.Time
	State        WebhookState
	Reason       WebhookReason // why it is disabled
	FailingSince *time.Time    // the first failure after the last success
	LowBalance   *Nano         // it is told once when the balance falls below; nil: never
	LowTold      bool          // and not again before the balance was above
	CreatedAt    time.Time
	DeletedAt    *time.Time
}

// TableName is the table of endpoints.
func (Webhook) TableName() string { return "webhook_endpoints" }

// WebhookState says whether an endpoint is sent anything.
type WebhookState string

// The states of an endpoint. One that is disabled hears of nothing that happens meanwhile; what waited for it waits on.
const (
	WebhookEnabled  WebhookState = "enabled"
	WebhookDisabled WebhookState = "disabled"
)

// WebhookReason is why an endpoint is disabled.
type WebhookReason string

// The reasons.
const (
	DisabledByHand  WebhookReason = "by_hand"
	DisabledGone    WebhookReason = "gone"    // it answered 410
	DisabledFailing WebhookReason = "failing" // for WebhookPatience without one success
	DisabledTeam    WebhookReason = "team"    // the team was deleted
)

const (
	// WebhookPatience is how long an endpoint may fail, without one success, before it is disabled.
	WebhookPatience = 5 * 24 * time.Hour
	// WebhookOverlap is how long the secret before a new one still signs.
	WebhookOverlap = 24 * time.Hour
	// WebhookLife is how long deliveries stay in the log.
	WebhookLife = 30 * 24 * time.Hour
	// MaxWebhooks is how many endpoints a team has at most.
	MaxWebhooks = 10
	// MaxWebhookAnswer is how much of an answer is kept, in bytes.
	MaxWebhookAnswer = 2 << 10
)

// ErrTooManyWebhooks says that a team must delete an endpoint before it adds another.
const ErrTooManyWebhooks = Sentence("A team has at most 10 webhooks. Delete one of them first.")

// Secrets are the sealed secrets that sign a message at an instant, the newest first.
func (w Webhook) Secrets(now time.Time) []string {
	if w.OldUntil != nil && now.Before(*w.OldUntil) {
		return []string{w.Secret, w.OldSecret}
	}
	return []string{w.Secret}
}

// Wants says whether the endpoint hears of a type.
func (w Webhook) Wants(kind WebhookType) bool {
	return len(w.Events) == 0 || slices.Contains(w.Events, kind)
}

// NewWebhookSecret makes a signing secret in the form of Standard Webhooks: 32 random bytes.
func NewWebhookSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand
	return "whsec_" + base64.StdEncoding.EncodeToString(raw[:])
}

// WebhookForm is what people set of an endpoint.
type WebhookForm struct {
	URL        string
	Events     []WebhookType
	LowBalance *Nano
}

// Validate tidies the form and says what is wrong with it. plain allows http, which is for portals that reach private networks.
func (f WebhookForm) Validate(plain bool) (WebhookForm, error) {
	bad := Invalid{}
	f.URL = strings.TrimSpace(f.URL)
	if err := checkWebhookURL(f.URL, plain); err != nil {
		bad.Check(false, "url", err.Error())
	}
	for _, kind := range f.Events {
		bad.Check(kind.Valid(), "events", "Choose from the events that are listed.")
	}
	f.Events = inOrder(f.Events)
	if f.LowBalance != nil {
		bad.Check(*f.LowBalance >= 0 && *f.LowBalance <= maxBudget, "low_balance", "Enter an amount of up to 1,000,000,000, or leave it empty.")
	}
	return f, bad.Err()
}

// inOrder are the chosen types once each, as the table lists them.
func inOrder(chosen []WebhookType) []WebhookType {
	ordered := []WebhookType{}
	for _, e := range webhookEvents {
		if slices.Contains(chosen, e.Type) {
			ordered = append(ordered, e.Type)
		}
	}
	return ordered
}

func checkWebhookURL(text string, plain bool) error {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return Sentence("Enter the address of your service, such as https://example.com/hooks.")
	case len(text) > 2000 || !utf8.ValidString(text):
		return Sentence("Use at most 2,000 characters.")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || !isHost(u.Hostname()):
		return Sentence("Enter a whole address that begins with https://.")
	case u.Scheme == "http" && !plain:
		return Sentence("Use https://. This portal sends nothing over connections that others can read.")
	case !isPort(u):
		return Sentence("Choose a port between 1 and 65535, or leave it out.")
	case u.User != nil:
		return Sentence("Leave user name and password out of the address. The signature says who sends.")
	case strings.Contains(text, "#"):
		return Sentence("Leave out everything after #; it is never sent.")
	}
	return nil
}

// isHost says whether a text looks like a name or an address of a machine. Whether there is one is found out by sending.
func isHost(text string) bool {
	if strings.Contains(text, ":") {
		address, err := netip.ParseAddr(text)
		return err == nil && address.Zone() == ""
	}
	odd := func(c rune) bool {
		return c != '.' && c != '-' && c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	}
	return text != "" && !strings.ContainsFunc(text, odd)
}

// webhookHost is the host and port of an address that was checked.
func webhookHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// Set takes over what people set.
func (w *Webhook) Set(f WebhookForm) {
	if w.LowBalance == nil || f.LowBalance == nil || *w.LowBalance != *f.LowBalance {
		w.LowTold = false // it is told by the new threshold
	}
	if w.URL != f.URL {
		w.FailingSince = nil // another address has failed for no time yet
	}
	w.URL, w.Host, w.Events, w.LowBalance = f.URL, webhookHost(f.URL), inOrder(f.Events), f.LowBalance
}

// WebhookFields are what the audit tells of an endpoint.
var WebhookFields = []AuditField[Webhook]{
	{"Host", func(w Webhook) string { return w.Host }},
	{"Events", func(w Webhook) string {
		said := make([]string, len(w.Events))
		for i, kind := range w.Events {
			said[i] = string(kind)
		}
		return sayList(said, "all")
	}},
	{"Told below a balance of", func(w Webhook) string { return sayBudget(w.LowBalance) }},
	{"State", func(w Webhook) string { return string(w.State) }},
}

// WebhookDelivery is one message on its way to one endpoint. It is written with the message and kept for WebhookLife.
type WebhookDelivery struct {
	ID         string `gorm:"primaryKey"`
	EventID    string // of the WebhookMessage
	EndpointID string
	Type       WebhookType
	State      WebhookDeliveryState
	Attempts   int
	NextAt     time.Time  // of the next try, while there is one to come
	LastAt     *time.Time // of the last try
	Status     int        // of the last answer, 0 if none came
	Failure    string     // why the last try failed, a sentence
	Answer     string     // the beginning of the last answer's body
	Took       int64      // the last try, in milliseconds
	CreatedAt  time.Time
}

// WebhookDeliveryState is how far a delivery has come.
type WebhookDeliveryState string

// The states of a delivery.
const (
	WebhookPending   WebhookDeliveryState = "pending"   // not tried yet
	WebhookFailed    WebhookDeliveryState = "failed"    // tried, and to be tried again
	WebhookDelivered WebhookDeliveryState = "delivered" // answered with 2xx
	WebhookDead      WebhookDeliveryState = "dead"      // given up
)

// WebhookDeliveryStates lists them in the order in which people read them.
func WebhookDeliveryStates() []WebhookDeliveryState {
	return []WebhookDeliveryState{WebhookDelivered, WebhookPending, WebhookFailed, WebhookDead}
}

// Waits says whether another try is to come.
func (s WebhookDeliveryState) Waits() bool { return s == WebhookPending || s == WebhookFailed }

// NewWebhookDelivery is due at once.
func NewWebhookDelivery(message WebhookMessage, endpointID string, now time.Time) WebhookDelivery {
	return WebhookDelivery{
		ID: NewID(KindWebhookDelivery), EventID: message.ID, EndpointID: endpointID, Type: message.Type,
		State: WebhookPending, NextAt: now, CreatedAt: now,
	}
}

// DueWebhook is a delivery whose time has come, with all that sending it takes.
type DueWebhook struct {
	Delivery WebhookDelivery
	Message  WebhookMessage
	Endpoint Webhook
}

// WebhookAttempt is what came of one try.
type WebhookAttempt struct {
	DeliveryID string
	At         time.Time            // when it was sent
	State      WebhookDeliveryState // delivered, failed or dead
	NextAt     time.Time            // if it failed
	Status     int                  // 0 if no answer came
	Failure    string
	Answer     string
	Took       time.Duration
	Gone       bool // the endpoint wants nothing any more
}

// WebhookListing is an endpoint with its last delivery.
type WebhookListing struct {
	Webhook Webhook
	Last    *WebhookDelivery // nil: none yet
}

// WebhookDeliveryFilter narrows a log; zero fields do not.
type WebhookDeliveryFilter struct {
	State WebhookDeliveryState
	Type  WebhookType
}
