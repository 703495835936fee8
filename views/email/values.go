package email

import (
	"github.com/a-h/templ"

	"github.com/faregate/faregate/views/ui"
)

// Those who fill in a mail know nothing of pages, so what they need of other packages has a name here.
type (
	// Amount is how mails show money.
	Amount = ui.Amount
	// Clock is how mails show time.
	Clock = ui.Clock
	// Component is the HTML part of a mail.
	Component = templ.Component
)
