package models_test

import (
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func TestWhichHeadersMayCarryACredential(t *testing.T) {
	for _, name := range []string{"Authorization", "X-API-Key", "x_odd.name", "Api-Key"} {
		if err := models.CheckCredentialHeader(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{
		"", "Not A Token", "Name:", "Ünicode", strings.Repeat("x", 65), "Host", "host", "Content-Length", "Transfer-Encoding", "Connection",
		"Keep-Alive", "Upgrade", "TE", "Trailer", "Proxy-Authorization", "Cookie", "Expect", "Via", "Forwarded", "X-Forwarded-For",
		"X-Real-IP", "Faregate-Request-Id", "HTTP2-Settings",
	} {
		if err := models.CheckCredentialHeader(name); err == nil || !strings.HasSuffix(err.Error(), ".") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestWhatACredentialMayBe(t *testing.T) {
	for _, value := range []string{"Bearer abc", "~!", ""} {
		if err := models.CheckCredentialValue(value); err != nil {
			t.Errorf("%q: %v", value, err)
		}
	}
	for _, value := range []string{"a\r\nX: y", "a\nb", "tab\there", "ü", "\x00", strings.Repeat("x", 4097)} {
		if err := models.CheckCredentialValue(value); err == nil || strings.Contains(err.Error(), value) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestUpstreamLimitsAreNamed(t *testing.T) {
	for field, change := range map[string]func(*models.APIDraft){
		"answer_seconds":    func(d *models.APIDraft) { d.AnswerSeconds = 3601 },
		"hang_up_seconds":   func(d *models.APIDraft) { d.HangUpSeconds = -1 },
		"max_body":          func(d *models.APIDraft) { d.MaxBodyBytes = 1<<40 + 1 },
		"credential_header": func(d *models.APIDraft) { d.Credential = models.CredentialChange{Header: "Host", Sealed: "x"} },
	} {
		d := models.APIDraft{Name: "Quotes", Slug: "quotes", Visibility: models.Public, UpstreamURL: "https://up.example"}
		if err := d.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&d)
		if err := d.Validate(); err == nil || !strings.HasPrefix(err.Error(), field+": ") {
			t.Errorf("%s: %v", field, err)
		}
	}
}
