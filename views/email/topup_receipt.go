// Package email holds the mails the product sends, each as plain text and as HTML with the same facts. Mail programs load
// nothing: no images, no stylesheet, no tracking. HTML mail is the one place where inline style is right, because most
// readers drop everything else.
package email

import (
	"strings"
	"time"

	"github.com/faregate/faregate/views/ui"
)

// TopUpReceipt is the mail after a top-up was credited.
type TopUpReceipt struct {
	Name      string // of who paid
	Team      string
	Amount    ui.Amount
	Balance   ui.Amount // after the credit
	At        time.Time
	Clock     ui.Clock
	TopUpID   string // our reference
	PaymentID string // the provider's
	WalletURL string // absolute
	Sandbox   bool   // no real money moved
}

// Subject is the mail's subject line.
func (m TopUpReceipt) Subject() string {
	return "Receipt: " + m.Amount.Exact() + " credited to " + m.Team
}

// Text is the plain part.
func (m TopUpReceipt) Text() string {
	var b strings.Builder
	b.WriteString("Hello " + m.Name + ",\n\n")
	b.WriteString(m.Amount.Exact() + " was credited to the wallet of " + m.Team + ". It has " + m.Balance.String() + " now.\n\n")
	for _, line := range m.lines() {
		b.WriteString(line[0] + ":" + strings.Repeat(" ", 12-len(line[0])) + line[1] + "\n")
	}
	b.WriteString("\nThe wallet and its statement: " + m.WalletURL + "\n")
	if m.Sandbox {
		b.WriteString("\nThis was a sandbox payment. No card was charged.\n")
	}
	return b.String()
}

func (m TopUpReceipt) lines() [][2]string {
	return [][2]string{
		{"Amount", m.Amount.Exact() + " " + m.Amount.Code()},
		{"Team", m.Team},
		{"Time", m.Clock.Exact(m.At)},
		{"Reference", m.TopUpID},
		{"Payment", m.PaymentID},
	}
}
