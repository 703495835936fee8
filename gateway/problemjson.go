package gateway

import (
	"encoding/json"
	"strconv"
)

// appendTo appends the document in JSON. Its bytes are those of json.Marshal, which a test holds it to, in a quarter of the
// time and without memory of their own: whoever is refused may come again as fast as they like, and must not be dear.
func (p *Problem) appendTo(to []byte) []byte {
	to = appendText(append(to, `{"type":`...), p.Type)
	to = appendText(append(to, `,"title":`...), p.Title)
	to = strconv.AppendInt(append(to, `,"status":`...), int64(p.Status), 10)
	to = appendText(append(to, `,"detail":`...), p.Detail)
	to = appendText(append(to, `,"instance":`...), p.Instance)
	to = appendText(append(to, `,"code":`...), string(p.Code))
	to = appendAmount(to, `,"required":`, p.Required)
	to = appendAmount(to, `,"available":`, p.Available)
	to = appendAmount(to, `,"held":`, p.Held)
	to = appendUnlessEmpty(to, `,"top_up_url":`, p.TopUpURL)
	to = appendUnlessEmpty(to, `,"subscribe_url":`, p.SubscribeURL)
	to = appendList(to, `,"violated-policies":`, p.ViolatedPolicies)
	to = appendNumber(to, `,"limit":`, p.Limit)
	to = appendNumber(to, `,"used":`, p.Used)
	to = appendAmount(to, `,"budget":`, p.Budget)
	to = appendAmount(to, `,"spent":`, p.Spent)
	to = appendUnlessEmpty(to, `,"resets_at":`, p.ResetsAt)
	to = appendUnlessEmpty(to, `,"who_can_raise":`, p.WhoCanRaise)
	to = appendText(append(to, `,"request_id":`...), p.RequestID)
	to = p.Error.appendTo(append(to, `,"error":`...))
	return append(to, '}')
}

func (e *ProblemError) appendTo(to []byte) []byte {
	to = appendText(append(to, `{"message":`...), e.Message)
	to = appendText(append(to, `,"type":`...), e.Type)
	if to = append(to, `,"param":`...); e.Param == nil {
		to = append(to, "null"...)
	} else {
		to = appendText(to, *e.Param)
	}
	to = appendText(append(to, `,"code":`...), string(e.Code))
	return append(to, '}')
}

func appendUnlessEmpty(to []byte, member, text string) []byte {
	if text == "" {
		return to
	}
	return appendText(append(to, member...), text)
}

func appendAmount(to []byte, member string, a Amount) []byte {
	if a == (Amount{}) {
		return to
	}
	to = strconv.AppendInt(append(append(to, member...), `{"amount":"`...), int64(a.Amount), 10)
	return append(appendText(append(to, `","unit":`...), a.Unit), '}')
}

func appendNumber(to []byte, member string, n *int64) []byte {
	if n == nil {
		return to
	}
	return strconv.AppendInt(append(to, member...), *n, 10)
}

func appendList(to []byte, member string, texts []string) []byte {
	if len(texts) == 0 {
		return to
	}
	to = append(append(to, member...), '[')
	for i, text := range texts {
		if i > 0 {
			to = append(to, ',')
		}
		to = appendText(to, text)
	}
	return append(to, ']')
}

// appendText appends a string. Nearly all of ours stand for themselves; the rest is left to those who know the rules.
func appendText(to []byte, text string) []byte {
	for i := range len(text) {
		if !plainInJSON[text[i]] {
			quoted, err := json.Marshal(text)
			if err != nil {
				panic("gateway: " + err.Error()) // no string fails
			}
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}

// plainInJSON are the bytes that encoding/json writes as they are wherever they stand: ASCII but for control characters, what
// JSON escapes, and what HTML would take for its own.
var plainInJSON = func() (plain [256]bool) {
	for b := byte(' '); b < 0x80; b++ {
		plain[b] = true
	}
	for _, b := range []byte(`"\<>&`) {
		plain[b] = false
	}
	return plain
}()
