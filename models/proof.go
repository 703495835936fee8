package models

import (
	"fmt"
	"strings"
	"time"
)

// Proof is the answer to "is the money right?", from one snapshot of the database.
type Proof struct {
	At         time.Time // when it was begun, if it is kept
	Findings   []Finding // none if the money is right; at most MaxFindings of each check
	Left       int       // findings beyond those
	WrittenOff WriteOffs
}

// MaxFindings is how many findings of each check a proof names. The rest is counted.
const MaxFindings = 200

// Holds says whether nothing is wrong.
func (p Proof) Holds() bool { return len(p.Findings) == 0 }

// Of are the findings of one check.
func (p Proof) Of(check ProofCheck) (found []Finding) {
	for _, f := range p.Findings {
		if f.Check == check {
			found = append(found, f)
		}
	}
	return found
}

// String says in a line what is wrong, with the first of each check; nothing if all is well.
func (p Proof) String() string {
	var lines []string
	for _, check := range ProofChecks {
		if found := p.Of(check); len(found) > 0 {
			first := found[0]
			lines = append(lines, fmt.Sprintf("%s: %d (%s %s off by %s, %d calls)", check, len(found), first.TeamID, first.Subject, first.Amount.Decimal(2), first.Calls))
		}
	}
	return strings.Join(lines, "; ")
}

// ProofCheck is one sentence of the proof.
type ProofCheck string

// The checks, in the order in which they are made.
const (
	CheckEntries   ProofCheck = "entries"    // the entries of every ledger transaction sum to zero
	CheckWallets   ProofCheck = "wallets"    // wallets equal their entries less their open hours
	CheckLots      ProofCheck = "lots"       // promotional credit is not more than what is left of its parts
	CheckUsage     ProofCheck = "usage"      // usage hours equal the calls they sum up
	CheckHours     ProofCheck = "hours"      // no charged call is without its hour
	CheckBudgets   ProofCheck = "budgets"    // what teams and keys have spent in total equals their calls
	CheckQuotas    ProofCheck = "quotas"     // no quota counts more calls than were made
	CheckWriteOffs ProofCheck = "write_offs" // what was written off in closed hours is in the ledger
)

// ProofChecks are all of them.
var ProofChecks = [...]ProofCheck{CheckEntries, CheckWallets, CheckLots, CheckUsage, CheckHours, CheckBudgets, CheckQuotas, CheckWriteOffs}

// Finding is something that a check cannot explain.
type Finding struct {
	Check   ProofCheck
	TeamID  string // whose money it is; "" for the installation's
	Subject string // what is wrong: a ledger transaction, a key, a part of the wallet, an API's hour
	Amount  Nano   // too much, or too little if below zero, in what the check looks at
	Calls   int64  // the same in calls, where calls are what is counted
}

// WriteOffs is what calls cost beyond what their wallets could pay.
type WriteOffs struct {
	Amount Nano
	Calls  int64
	Last   CallID // 0: none
}

// ProofSteps is how many steps a proof takes.
const ProofSteps = 8

// ProofProgress is how far a proof is that was asked for.
type ProofProgress struct {
	Running bool
	Done    int  // of ProofSteps, while it is running
	Failed  bool // the last one could not be finished or kept; the log says why
}
