package sandbox

// attempt tries a card on an open session: the intent is made at the first try, each try is a charge, and a charge that
// succeeds completes the session. It returns why the bank declined, or nil when the session is paid.
//
// All of it happens in one transaction under the sandbox's lock, and the caller has seen the session open in that same
// transaction. So of two submits at the same moment one pays and the other meets a completed session.
func (t *tx) attempt(s *session, c card, by payer) *decline {
	t.changed = true
	i := t.intentOf(s)
	ch := t.newCharge(i, c, by)
	i.Charge = ch.ID
	if ch.Decline != nil {
		i.Failure = &failure{Decline: *ch.Decline, Charge: ch.ID, Method: ch.methodObject()}
		t.emit("charge.failed", ch.object())
		t.emit("payment_intent.payment_failed", i.object())
		return ch.Decline
	}
	i.Status, i.Failure = intentSucceeded, nil
	s.Status, s.Payer = sessionComplete, by
	t.emit("charge.succeeded", ch.object())
	t.emit("payment_intent.succeeded", i.object())
	t.emit("checkout.session.completed", s.object())
	return nil
}
