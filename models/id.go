package models

import (
	"encoding/base32"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Kinds of ids. An id is its kind, an underscore and 26 characters of a version 7 UUID, so ids sort by time and tell what
// they name: "team_01jd8v6…".
const (
	KindUser         = "usr"
	KindTeam         = "team"
	KindAPI          = "api"
	KindVersion      = "ver"
	KindRelease      = "rel"
	KindEnd          = "end" // an act about the end of a version
	KindCategory     = "cat"
	KindImport       = "imp"
	KindPlan         = "plan"
	KindRevision     = "rev" // of a plan
	KindSubscription = "sub"
	KindKey          = "key"
	KindToken        = "tok" // of the management API
	KindTopup        = "tu"
	KindTransaction  = "txn"
	KindDenial       = "dny"
	KindMessage      = "msg"
	KindAudit        = "aud"
	KindCredential   = "cred"
	KindInvitation   = "inv"
	KindJoinRequest  = "join"
	KindSession      = "ses"
	KindPasskey      = "psk"
	KindRequest      = "ask" // of a subscription or of another plan; req_ names calls

	KindWebhook         = "whk"
	KindWebhookMessage  = "evt"
	KindWebhookDelivery = "dlv"
	KindAnnouncement    = "ann"
	KindNotification    = "ntf"

	KindIdentity  = "idn"
	KindGroupRule = "grp"
)

// idEncoding is Crockford's base32 in lower case: no i, l, o or u to be misread.
var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes an id of the given kind.
func NewID(kind string) string {
	raw := uuid.Must(uuid.NewV7())
	return kind + "_" + idEncoding.EncodeToString(raw[:])
}

// FirstID is below every id of a kind that is made from an instant on, and above every earlier one.
func FirstID(kind string, at time.Time) string {
	var raw [16]byte
	milliseconds := at.UnixMilli()
	for i := range 6 { // RFC 9562: a version 7 UUID begins with 48 bits of Unix time
		raw[i] = byte(milliseconds >> (8 * (5 - i)))
	}
	return kind + "_" + idEncoding.EncodeToString(raw[:])
}

// IsID says whether text has the form of an id of the given kind. Ids are never trusted: one that has the form may still
// name nothing, or something of another team.
func IsID(kind, text string) bool {
	rest, ok := strings.CutPrefix(text, kind+"_")
	if !ok || len(rest) != 26 {
		return false
	}
	raw, err := idEncoding.DecodeString(rest)
	return err == nil && idEncoding.EncodeToString(raw) == rest // the decoder skips line breaks and surplus bits
}
