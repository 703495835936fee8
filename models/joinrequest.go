package models

import "time"

// JoinRequest is somebody's wish to be in a team that takes requests from people of their mail domain.
type JoinRequest struct {
	ID         string `gorm:"primaryKey"`
	TeamID     string
	UserID     string
	State      JoinRequestState
	AnsweredBy string // user id, "" until then
	CreatedAt  time.Time
	ClosedAt   *time.Time
}

// JoinRequestState is how far a request to join has come.
type JoinRequestState string

// The states of a request to join. Whoever was declined does not ask that team again; it can invite them.
const (
	JoinOpen      JoinRequestState = "open"
	JoinAccepted  JoinRequestState = "accepted"
	JoinDeclined  JoinRequestState = "declined"
	JoinWithdrawn JoinRequestState = "withdrawn"
)

// MaxOpenJoinRequests is how many teams somebody can be asking at the same time.
const MaxOpenJoinRequests = 20

// ErrTooManyJoinRequests says that a request must wait for the answer to another one.
const ErrTooManyJoinRequests = Sentence("You are asking 20 teams already, which is the most. Wait for an answer, or withdraw a request.")

// JoinableTeam is a team that somebody may ask to join, with what became of their last request.
type JoinableTeam struct {
	TeamID, Slug, Name string
	Members            int64
	State              JoinRequestState // "" if they never asked
	AskedAt            *time.Time
}

// JoinRequestListing is an open request with who asks.
type JoinRequestListing struct {
	JoinRequest JoinRequest `gorm:"embedded"`
	Name, Email string
}

// ValidateJoinDomain tidies the mail domain whose people may ask to join a team, "" for nobody, and says what is wrong with it.
// It is that of the address of whoever sets it: nobody opens a team to the people of a domain that is not theirs, nor to one
// that anybody can have an address of.
func ValidateJoinDomain(text string, by User) (string, error) {
	domain := NormalizeDomain(text)
	if domain == "" {
		return "", nil
	}
	bad, own := Invalid{}, DomainOf(by.Email)
	bad.Check(IsDomain(domain), "domain", "Enter a mail domain like example.com.")
	bad.Check(by.Verified(), "domain", "Verify your own address first: a team takes requests from people of its members' domain.")
	bad.Check(domain == own, "domain", "Your address is at "+own+", and only that domain can be entered by you.")
	bad.Check(!IsPublicMail(domain), "domain", "Anybody can have an address at "+domain+". Invite people by their address instead.")
	return domain, bad.Err()
}
