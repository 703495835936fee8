package billing_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
)

func TestAClosedHourSaysWhichHourItWas(t *testing.T) {
	hour := models.HourOf(time.Date(2026, 11, 22, 23, 59, 0, 0, time.UTC))
	p := billing.UsagePosting(models.UsageHour{TeamID: "team_1", APIID: "api_1", Grant: models.PaidCredit, Hour: hour, Amount: 5}, "Quotes", time.Now())
	if want := "Quotes, 22 Nov 2026 23:00 to 00:00 UTC"; p.Transaction.Memo != want {
		t.Errorf("memo %q, want %q", p.Transaction.Memo, want)
	}
}
