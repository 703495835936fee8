package models

// Call is one request through the gateway that reached an upstream, with everything that explains its charge.
type Call struct {
	ID             CallID
	EntitlementID  int64 // of the fields from TeamID to SubscriptionID; set by the commit
	TeamID         string
	KeyID          string
	APIID          string `gorm:"column:api_id"`
	VersionID      string
	ReleaseID      string
	PlanID         string
	RevisionID     string // of the plan, whose price and limits held
	SubscriptionID string // "", like plan and revision, for the owner's own calls
	Method         string
	Path           string // after /invoke/{api}/{version}, cut at MaxCallPath, without the query
	Status         int    // what the caller got
	Origin         Origin
	Price          Nano // that was pinned at admission
	Hold           Nano
	Charge         Nano // what the wallet paid
	Promo          Nano // the part of the charge that promotional credit paid
	WrittenOff     Nano // what the call cost beyond that and nobody pays
	Evidence       Evidence
	Hour           Hour  // the ledger's hour, fixed inside the commit
	DurationMicros int64 // from the request's arrival to the settlement
	RequestBytes   int64
	ResponseBytes  int64
	ConsoleUserID  string // who sent it from the portal's console; "" for all others, which have no row of this

	// Windows are those that the call was admitted in: price, quota and budget follow admission. They are not stored with the
	// call, they say which counters it belongs to.
	Windows CallWindows `gorm:"-"`
}

// MaxCallPath is how much of a call's path is kept, in bytes.
const MaxCallPath = 512

// Entitlement is what allowed the call, without its number.
func (c *Call) Entitlement() Entitlement {
	return Entitlement{
		TeamID: c.TeamID, KeyID: c.KeyID, APIID: c.APIID, VersionID: c.VersionID, ReleaseID: c.ReleaseID,
		PlanID: c.PlanID, RevisionID: c.RevisionID, SubscriptionID: c.SubscriptionID,
	}
}

// CallWindows are where the windows that a call counts in begin and end, in seconds since the Unix epoch.
type CallWindows struct {
	Day, DayEnd     int64 // of the budgets, in the team's time zone
	Month, MonthEnd int64
	Quota, QuotaEnd int64 // of the subscription's quota
	QuotaPeriod     Period
	Counts          bool // the call counts for the quota
}

// Origin is who made an answer.
type Origin string

// The origins of an answer.
const (
	FromUpstream Origin = "upstream"
	FromGateway  Origin = "gateway"
)

// Evidence is why a call was charged what it was.
type Evidence string

// The evidence of a charge, or of its absence.
const (
	EvidenceStatus     Evidence = "status"      // the upstream's status decided
	EvidenceOwn        Evidence = "own"         // the owner's team called its own API
	EvidenceFree       Evidence = "free"        // the plan's price is zero
	EvidenceNoAnswer   Evidence = "no_answer"   // nothing came from the upstream
	EvidenceCutShort   Evidence = "cut_short"   // the answer broke off before its end
	EvidenceCallerGone Evidence = "caller_gone" // the caller left; the upstream's status decided
)
