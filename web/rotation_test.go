package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/paths"
)

// answerTo calls with a secret.
func (m *market) answerTo(secret string) (status int, text string) {
	reply := m.gate.Call("GET", "/invoke/quotes/v1/random", "", "Authorization: Bearer "+secret)
	return reply.StatusCode, reply.Text
}

// wantAnswer fails the test unless a call with the secret gets the status.
func (m *market) wantAnswer(t *testing.T, when, secret string, want int) {
	t.Helper()
	if status, text := m.answerTo(secret); status != want {
		t.Errorf("%s: %d %s, want %d", when, status, text, want)
	}
}

// rotate gives the consumer's key a new secret by its page.
func (m *market) rotate(t *testing.T, overlap string) (secret string) {
	t.Helper()
	p := m.carl.Submit(m.carl.Get(paths.RotateKey("consumers", m.Key.ID)).Want(http.StatusOK), "main form", "overlap", overlap).Want(http.StatusOK)
	secret = p.Find("code.secret-text").Text()
	if !strings.Contains(p.Says("main pre"), secret) || p.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("the page says %q", p.Says("main"))
	}
	return secret
}

// Calls flow with both secrets while the key is rotated; none is refused within the overlap, and with the old one all are
// after it.
func TestAKeyIsRotatedWithoutARefusedCall(t *testing.T) {
	m := openMarket(t)
	m.Grant(t, m.ConsumerTeam.ID, 1000*models.Unit)
	m.wantAnswer(t, "before", m.Secret, http.StatusOK)
	ctx, stop := context.WithCancel(t.Context())
	var calls sync.WaitGroup
	made := make(chan struct{}, 1)
	caller := func(secret string) {
		calls.Go(func() {
			for ctx.Err() == nil {
				if status, text := m.answerTo(secret); status != http.StatusOK {
					t.Errorf("within the overlap: %d %s", status, text)
					return
				}
				select {
				case made <- struct{}{}:
				default:
				}
			}
		})
	}
	some := func() {
		for range 20 {
			<-made
		}
	}
	caller(m.Secret)
	some()
	secret := m.rotate(t, "day")
	caller(secret)
	some()
	m.Clock.Move(24*time.Hour - time.Second)
	some()
	stop()
	calls.Wait()

	m.wantAnswer(t, "in the last second", m.Secret, http.StatusOK)
	m.Clock.Move(time.Second)
	status, text := m.answerTo(m.Secret)
	if status != http.StatusUnauthorized || !strings.Contains(text, `"code":"key_revoked"`) || !strings.Contains(text, "was replaced by a new one and worked until 2026-11-23T09:30:00Z") {
		t.Errorf("after the overlap: %d %s", status, text)
	}
	m.wantAnswer(t, "after the overlap", secret, http.StatusOK)
	if key, err := m.Store.TeamKey(t.Context(), m.ConsumerTeam.ID, m.Key.ID); err != nil || key.StateAt(m.Clock.Now()) != models.KeyActive {
		t.Errorf("%+v, %v", key, err)
	}
}

func TestARotationOnThePages(t *testing.T) {
	m := openMarket(t)
	address := paths.RotateKey("consumers", m.Key.ID)
	p := m.carl.Get(address).Want(http.StatusOK)
	if !p.Has("input[value=day][checked]") || !strings.Contains(p.Says("main"), "never used") {
		t.Errorf("the page says %q", p.Says("main"))
	}
	if p := m.carl.Submit(p, "main form", "overlap", "forever").Want(http.StatusUnprocessableEntity); !p.Has("#f-overlap-error") {
		t.Errorf("an overlap that is none is told as %q", p.Says("main"))
	}
	m.carl.Get(paths.EndRotation("consumers", m.Key.ID)).Want(http.StatusConflict)

	second := m.rotate(t, "week")
	if row := m.carl.Get("/t/consumers/keys").Says("tbody tr"); !strings.Contains(row, "rotating") || !strings.Contains(row, "old secret works until 29 Nov 09:30:00") {
		t.Errorf("the list says %q", row)
	}
	// Sending the form again, as reloading its answer does, must not end the old secret.
	if p := m.carl.Submit(p, "main form", "overlap", "none").Want(http.StatusConflict); !strings.Contains(p.Says("main"), "was not rotated") {
		t.Errorf("the form that is sent twice is told %q", p.Says("main"))
	}
	m.wantAnswer(t, "the old secret after the form was sent twice", m.Secret, http.StatusOK)

	if p := m.carl.Get(address); !strings.Contains(p.Says(".notice"), "It is rotating already") || !p.Has(`a[href$="/rotate/end"]`) {
		t.Errorf("the page of a key that is rotating says %q", p.Says("main"))
	}
	third := m.rotate(t, "hour")
	m.wantAnswer(t, "the first secret after the second rotation", m.Secret, http.StatusUnauthorized)
	m.wantAnswer(t, "the second secret after the second rotation", second, http.StatusOK)
	m.carl.Submit(m.carl.Get(paths.EndRotation("consumers", m.Key.ID)).Want(http.StatusOK), "main form").Want(http.StatusOK)
	m.wantAnswer(t, "the second secret after its end", second, http.StatusUnauthorized)
	m.wantAnswer(t, "the third secret", third, http.StatusOK)

	fourth := m.rotate(t, "none")
	m.wantAnswer(t, "the third secret without an overlap", third, http.StatusUnauthorized)
	m.wantAnswer(t, "the fourth secret", fourth, http.StatusOK)
	if p := m.carl.Submit(m.carl.Get(paths.RevokeKey("consumers", m.Key.ID)), "main form", "confirm", "test key").Want(http.StatusOK); !strings.Contains(p.Says("tbody tr"), "revoked") {
		t.Errorf("the list says %q", p.Says("tbody tr"))
	}
	m.wantAnswer(t, "the fourth secret once the key is revoked", fourth, http.StatusUnauthorized)
	m.carl.Get(address).Want(http.StatusConflict)
	m.carl.Post(address, "overlap", "day", "replaces", models.KeyHint(fourth)).Want(http.StatusConflict)
}
