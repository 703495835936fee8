package models

import "time"

// SubscriptionNotice is what a mail about a subscription tells of.
type SubscriptionNotice string

// What subscribers and providers are told.
const (
	NoticeRequested SubscriptionNotice = "requested" // to those who may answer
	NoticeReminded  SubscriptionNotice = "reminded"  // to the same, once more
	NoticeApproved  SubscriptionNotice = "approved"  // to who asked, as the next one
	NoticeDeclined  SubscriptionNotice = "declined"
	NoticePaused    SubscriptionNotice = "paused" // by the provider, to the subscriber's people, as all that follow
	NoticeResumed   SubscriptionNotice = "resumed"
	NoticeEndSet    SubscriptionNotice = "end_set"
	NoticeNoEnd     SubscriptionNotice = "no_end" // the end that was set is taken back
	NoticeEndNear   SubscriptionNotice = "end_near"
	NoticeEnded     SubscriptionNotice = "ended" // by itself, at the end that was set
)

// SubscriptionNoticePayload is what the mail says. It goes to one person.
type SubscriptionNoticePayload struct {
	Notice                 SubscriptionNotice
	Name, Email            string // of the reader
	RequestID              string
	TeamName, TeamSlug     string // the subscriber
	OwnerName, OwnerSlug   string // the API's
	APIName                string `gorm:"column:api_name"`
	APISlug                string `gorm:"column:api_slug"`
	PlanName               string
	FromPlanName           string     // where another plan was asked for
	ByName                 string     // who asked
	Question, Answer, Said string     // Said is the provider's comment
	EndsAt                 *time.Time // nil for no end
	AskedAt                *time.Time // in a reminder, since when the request waits
}

// MaxNoticed is how many people of a team are told of one event. The strongest roles come first.
const MaxNoticed = 50
