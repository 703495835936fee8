package ui

import "strings"

// Tone is one of the four meanings, or none. It is never carried by colour alone: every tone has its icon.
type Tone string

// The tones.
const (
	Neutral   Tone = "neutral"
	Positive  Tone = "positive"  // credit arrived, all is well
	Attention Tone = "attention" // low balance, deprecated, waiting
	Danger    Tone = "danger"    // destroyed, refused
	Info      Tone = "info"
)

// states are the words of the product (docs: lifecycle, subscription, key, top-up) with their meaning.
var states = map[string]Tone{
	"draft": Neutral, "in review": Info, "published": Positive, "deprecated": Attention, "retired": Neutral, "blocked": Danger,
	"proposed": Info, "scheduled": Info, "replaced": Neutral, "declined": Danger,
	"requested": Info, "rejected": Danger, "withdrawn": Neutral, "active": Positive, "paused": Attention,
	"approved": Positive, "past due": Attention, "suspended": Danger, "ended": Neutral,
	"rotating": Attention, "perhaps copied": Attention, "revoked": Danger, "expired": Neutral,
	"open": Info, "confirmed": Info, "credited": Positive, "failed": Danger, "processing": Info,
	"kept": Neutral, "sent": Positive, "sending": Info, "waiting": Attention, "verified": Positive, "not verified": Attention, "refunded": Positive, "not refunded": Attention,
	"enabled": Positive, "disabled": Danger, "failing": Attention, "delivered": Positive, "retrying": Attention, "given up": Danger,
	"working": Positive, "failing in part": Attention, "mostly failing": Danger, "no recent calls": Neutral,
	"provider": Info, "consumer": Neutral, "own": Neutral, "private": Neutral, "public": Neutral, "shared": Neutral, "internal": Neutral,
}

// ToneOf is the meaning of a state word; unknown words are neutral.
func ToneOf(state string) Tone {
	if tone, ok := states[word(state)]; ok {
		return tone
	}
	return Neutral
}

// word is how a state is written for people: "past_due" becomes "past due".
func word(state string) string { return strings.ReplaceAll(state, "_", " ") }

func (t Tone) icon() string {
	switch t {
	case Positive:
		return "circle-check"
	case Attention:
		return "triangle-alert"
	case Danger:
		return "circle-x"
	case Info:
		return "info"
	}
	return "circle-dot"
}

// statusTone is the meaning of an HTTP status for the caller.
func statusTone(status int) Tone {
	switch {
	case status == 0:
		return Neutral
	case status < 400:
		return Positive
	case status == 402 || status == 429:
		return Attention
	}
	return Danger
}
