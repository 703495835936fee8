package models

// What the parts of the program have counted since they were made, as plain numbers: what reads them, and in which format
// they are told, is not the business of those who count. A number that only grows is a count; the others are of now.

// CallOutcome is what an answered call cost, in a word.
type CallOutcome int

// The outcomes of a call that was not refused.
const (
	CallCharged  CallOutcome = iota
	CallFree                 // of no price, or an answer that costs nothing
	CallOwn                  // of the team that owns the API
	CallOutcomes             // how many there are
)

func (o CallOutcome) String() string { return [...]string{"charged", "free", "own"}[o] }

// GatewayStats is how the gateway does.
type GatewayStats struct {
	Answered [6][CallOutcomes]int64 // calls that went out with their upstream's answer, by class of status: [2] is 2xx
	Charged  Nano                   // what they cost together
	Refused  map[string]int64       // by problem code; every code is in it
	InFlight int64                  // calls that run now
	Broken   int64                  // upstreams that are left alone, for they gave no answers
	Upstream HistogramCounts        // microseconds from sending a request to the header of its answer
	Caches   []CacheStats
}

// CacheStats is how a cache does.
type CacheStats struct {
	Name             string
	Entries, Absent  int64 // what is remembered, and what is remembered not to exist
	Hits, AbsentHits int64 // how often one of them was the answer
	Misses           int64 // how often the database had to be asked
}

// SettlerStats is how the settlement of calls does.
type SettlerStats struct {
	Healthy    bool
	Waiting    int64           // finished calls that are not in a commit yet
	BatchSize  HistogramCounts // calls per commit
	CommitTime HistogramCounts // microseconds per commit
	Failed     int64           // commits that failed, or whose outcome had to be asked for
	WriteOffs  int64           // calls that cost more than their wallet could pay
	WrittenOff Nano            // what could not be paid of them
}

// AccountStats is the money in memory.
type AccountStats struct {
	Accounts int64 // teams that are in memory
	Holds    int64 // calls that were admitted and have not ended
	Held     Nano  // what is set aside for calls, and for debits that are about to be committed
	Pending  Nano  // what finished calls cost whose commit has not ended
}

// StoreStats is how the database does.
type StoreStats struct {
	DatabaseBytes, LogBytes int64
	DocumentsBytes          int64 // of the file that documents are in, with its log
	Unconfirmed             int64 // calls whose answers a crash may have cut, and that nobody has refunded
}
