package sandbox

import (
	"net/http"
	"net/url"
	"time"
)

// checkoutPage is what the hosted page shows.
type checkoutPage struct {
	Action    string // where the form goes
	Seller    string // the host that the payer came from
	Amount    string
	Lines     []pageLine
	CancelURL string
	Until     time.Time
	Form      *form
	Filled    bool   // a test card was just put in: the next thing to do is to pay
	Declined  string // why the last try failed
	Cards     []testCard
}

// pageLine is one line of what is bought.
type pageLine struct {
	Name, Description, Amount string
	Quantity                  int64
}

// noticePage is a page that only says something.
type noticePage struct {
	Title, Text     string
	NextURL, NextDo string // the way on, if there is one
}

// view is a page ready to be rendered, or a redirect.
type view struct {
	status   int
	template string
	title    string
	data     any
	seller   string // an address that the form may lead to
	redirect string
}

func (s *Sandbox) showPage(w http.ResponseWriter, r *http.Request) {
	var v view
	err := s.transact(cause{}, func(t *tx) error {
		v = t.viewSession(r.PathValue("id"), http.StatusOK, func(session *session) view {
			email := ""
			if c := t.Customers[session.Customer]; c != nil {
				email = c.Email
			}
			return t.checkoutView(session, http.StatusOK, checkoutPage{Form: newForm(email)})
		})
		return nil
	})
	s.show(w, v, err)
}

// submitPage is a payer's press on "Pay", or on a test card that shall be put in.
func (s *Sandbox) submitPage(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		s.show(w, noticeView(http.StatusBadRequest, noticePage{Title: "This form could not be read",
			Text: "Nothing was paid. Go back and send it again."}), nil)
		return
	}
	typed := readForm(r)
	var v view
	err := s.transact(cause{}, func(t *tx) error {
		v = t.viewSession(r.PathValue("id"), http.StatusConflict, func(session *session) view {
			if c, ok := findTestCard(r.PostFormValue("use")); ok {
				typed.fill(c, t.now)
				return t.checkoutView(session, http.StatusOK, checkoutPage{Form: typed, Filled: true})
			}
			return t.submit(session, typed)
		})
		return nil
	})
	s.show(w, v, err)
}

// submit tries to pay with what was typed. Only the CVC has to be typed again after a decline, as on a real page.
func (t *tx) submit(s *session, typed *form) view {
	c, by := typed.check(t.now)
	if len(typed.Wrong()) > 0 {
		return t.checkoutView(s, http.StatusUnprocessableEntity, checkoutPage{Form: typed})
	}
	if declined := t.attempt(s, c, by); declined != nil {
		typed.CVC.Value = ""
		return t.checkoutView(s, http.StatusPaymentRequired, checkoutPage{Form: typed, Declined: declined.Message})
	}
	return view{status: http.StatusSeeOther, redirect: s.successURL()}
}

// viewSession calls open for a session that can still be paid, and says what is the matter with any other. done is the
// status for one that was paid before: fine to look at, a conflict to pay again.
func (t *tx) viewSession(id string, done int, open func(*session) view) view {
	s := t.Sessions[id]
	switch {
	case s == nil:
		return noticeView(http.StatusNotFound, noticePage{Title: "There is no such checkout",
			Text: "The address may be cut off. Go back to where you came from and start again."})
	case s.Status == sessionComplete:
		return noticeView(done, noticePage{Title: "This has been paid",
			Text:    "The payment of " + formatMoney(s.amount(), s.Currency) + " went through once. It cannot be paid twice.",
			NextURL: s.successURL(), NextDo: "Go back to " + host(s.SuccessURL)})
	case s.Status == sessionExpired:
		return noticeView(http.StatusGone, noticePage{Title: "This checkout has expired",
			Text:    "Nothing was paid. Go back and start again to get a new page.",
			NextURL: s.CancelURL, NextDo: "Go back to " + host(s.CancelURL)})
	default:
		return open(s)
	}
}

func noticeView(status int, n noticePage) view {
	return view{status: status, template: "notice", title: n.Title, data: n}
}

// checkoutView completes a page with what the session says.
func (t *tx) checkoutView(s *session, status int, p checkoutPage) view {
	p.Action = t.box.base.Path + "/pay/" + s.ID
	p.Seller = host(s.SuccessURL)
	p.Amount = formatMoney(s.amount(), s.Currency)
	p.CancelURL = s.CancelURL
	p.Until = s.expiresAt()
	p.Cards = testCards
	for _, i := range s.Items {
		p.Lines = append(p.Lines, pageLine{i.Name, i.Description, formatMoney(i.UnitAmount*i.Quantity, i.Currency), i.Quantity})
	}
	return view{status: status, template: "checkout", title: "Pay " + p.Amount, data: p, seller: s.SuccessURL}
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
