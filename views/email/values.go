package email

import "github.com/faregate/faregate/views/ui"

// Amount and Clock are how mails show money and time, for those who fill in a mail and know nothing of pages.
type (
	Amount = ui.Amount
	Clock  = ui.Clock
)
