package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestCreditIsGrantedWithAnEnd(t *testing.T) {
	o, _ := newOffice(t, 0)
	form := o.root.Get("/admin/teams").Want(http.StatusOK)
	for sentence, row := range map[string][2]string{
		"a time that has passed":       {"2020-01-01T00:00", "This has passed."},
		"a time after all our lives":   {"2999-01-01T00:00", "within ten years"},
		"something that is not a time": {"tomorrow", "Write date and time like"},
	} {
		p := o.root.Submit(form, "aside form", "team", "consumers", "amount", "5", "reason", "Trial", "until", row[0]).Want(http.StatusUnprocessableEntity)
		if says := p.Says("aside form"); !strings.Contains(says, row[1]) || p.Find("[name=until]").AttrOr("value", "") != row[0] {
			t.Errorf("%s: the form says %s", sentence, says)
		}
	}
	ends := o.Clock.Now().Add(48 * time.Hour).UTC()
	o.root.Submit(form, "aside form", "team", "consumers", "amount", "5", "reason", "Trial", "until", ends.Format("2006-01-02T15:04")).Want(http.StatusOK)
	wallet := o.As(t, o.w.Consumer).Get("/t/consumers/wallet").Want(http.StatusOK).Says("main")
	for _, want := range []string{"Credit that ends", "$5.00$5.00", "Trial"} {
		if !strings.Contains(wallet, want) {
			t.Errorf("the wallet does not say %q: %s", want, wallet)
		}
	}
	if audit := o.root.Get("/admin/audit").Want(http.StatusOK).Says("main"); !strings.Contains(audit, "5.00 Trial, until "+ends.Format("2 Jan 2006 15:04")+" UTC") {
		t.Errorf("the audit log says %s", audit)
	}
}
