package models

// Call is one request through the gateway that reached an upstream, with everything that explains its charge.
type Call struct {
	ID             CallID `gorm:"primaryKey;autoIncrement:false"`
	TeamID         string
	APIID          string `gorm:"column:api_id"`
	VersionID      string
	ReleaseID      string
	PlanID         string
	SubscriptionID string // "" for the owner's own calls
	KeyID          string
	Method         string
	Path           string // after /invoke/{api}/{version}, cut at 512 bytes, without the query
	Status         int    // what the caller got
	Origin         Origin
	Price          Nano // that was pinned at admission
	Hold           Nano
	Charge         Nano
	Evidence       Evidence
	Hour           Hour  // the ledger's hour, fixed inside the commit
	DurationMicros int64 // from the request's arrival to the settlement
	RequestBytes   int64
	ResponseBytes  int64
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
