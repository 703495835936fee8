package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/handlers"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/views/ui"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// RefusalPage writes the page that a browser gets instead of JSON when the gateway refuses a call. The gateway has set the
// headers that every refusal has; those of a page are added here. Nothing about the call is read from the database.
func (p *Portal) RefusalPage(w http.ResponseWriter, r *http.Request, d billing.Denial) {
	meta := page.Meta{RequestID: d.CallID.String(), Nonce: newNonce()}
	var body bytes.Buffer
	if err := pages.Refused(p.site.Anonymous(r, meta), p.refused(d)).Render(r.Context(), &body); err != nil {
		p.config.Log.ErrorContext(r.Context(), "cannot draw the page of a refusal", "err", err, "request_id", meta.RequestID)
		http.Error(w, d.Kind.Title, d.Kind.Status)
		return
	}
	p.setHeaders(w.Header(), meta.Nonce)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(d.Kind.Status)
	_, _ = w.Write(body.Bytes()) // the reader went away; nobody is left to tell
}

// soon is the longest wait, in seconds, that somebody at a browser is told to sit out. Longer ones are told by when the limit
// begins anew.
const soon = 120

func (p *Portal) refused(d billing.Denial) pages.RefusedProps {
	props := pages.RefusedProps{
		Status: d.Kind.Status, Code: string(d.Kind.Code), Title: d.Kind.Title, Detail: d.Detail, API: d.APIName, KeyLabel: d.KeyName,
		Price: pages.Price{PerCall: p.amount(d.Price)},
	}
	if d.RetryAfter <= soon {
		props.RetryAfter = time.Duration(d.RetryAfter) * time.Second
	}
	if !d.OfBudget() || d.TellsBudget() {
		props.Limit = handlers.LimitFacts(d.Limit.Stored(d.ResetsAt), d.Price, p.config.Handlers.Currency)
	}
	if d.APISlug != "" {
		props.Operation = d.Method + " " + strings.TrimPrefix(d.Path, paths.Invoke(d.APISlug, d.VersionName, ""))
	}
	switch {
	case d.Kind.Code == problem.SubscriptionRequired:
		props.HelpURL, props.HelpLabel = d.ActionURL, entryLabel(d)
	case d.PaysOff():
		props.TopUpURL = d.ActionURL
		if need, have := p.amount(d.Required), p.amount(d.Available); d.ReadBilling {
			props.Need, props.Have = &need, &have
		}
	case d.ActionURL != "":
		props.HelpURL, props.HelpLabel = d.ActionURL, "See what can be done"
	}
	return props
}

// entryLabel is what somebody without a subscription can do about it.
func entryLabel(d billing.Denial) string {
	switch d.Entry {
	case billing.EntryPaid:
		return "See the plans of " + d.APIName
	case billing.EntryAsked:
		return "Ask for access to " + d.APIName
	case billing.EntryClosed:
		return "See what " + d.APIName + " is"
	}
	return "Subscribe to " + d.APIName
}

func (p *Portal) amount(n models.Nano) ui.Amount {
	return ui.Amount{Nano: int64(n), Currency: p.config.Handlers.Currency.Code()}
}
