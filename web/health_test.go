package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
)

func TestTheHealthOfTheMachine(t *testing.T) {
	app, _, b := rooted(t)
	app.Health = models.Health{Version: "9.9", StartedAt: app.Clock.Now(), Settler: models.SettlerStats{Healthy: true}, Disk: models.Disk{Free: 8 << 30, Total: 9 << 30}, Payments: true}
	p := b.Get("/admin/health").Want(http.StatusOK)
	if !strings.Contains(p.Says(".notice"), "The machine is right.") || !strings.Contains(p.Says("main"), "Nothing was measured yet") || !strings.Contains(p.Says(".facts-list"), "9.9") {
		t.Errorf("a right machine that was just started says %q", p.Says("main"))
	}
	start := app.Clock.Now()
	app.Health.Lately = []models.Span{
		{From: start, To: start.Add(10 * time.Second), Calls: 125},
		{From: start.Add(10 * time.Second), To: start.Add(20 * time.Second), Calls: 10, Failures: 10},
	}
	app.Health.Broken, app.Health.Backlog.MailsDead = []string{`<script>.test:443`}, 2
	p = b.Get("/admin/health").Want(http.StatusOK)
	if !strings.Contains(p.Says(".notice"), "3 things need somebody") || p.Find("svg rect.bar").Length() != 2 || p.Find(".checks .tone-attention").Length() != 3 {
		t.Errorf("what is wrong is told as %q", p.Says("main"))
	}
	if strings.Contains(p.Body, "<script>.test") || !strings.Contains(p.Says(".checks"), "<script>.test:443") || !p.Has(`.checks a[href="/outbox"]`) {
		t.Errorf("it says %q", p.Says(".checks"))
	}
	if said := p.Says("table"); !strings.Contains(said, "12.5") {
		t.Errorf("the table says %q", said)
	}
	if !b.Get("/admin").Has(`a[href="/admin/health"]`) {
		t.Error("nothing leads to the page")
	}
}
