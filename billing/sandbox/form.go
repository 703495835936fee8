package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// field is one input of the page with what was typed into it and what is wrong with that.
type field struct {
	Name, Label, Value, Error string
	Placeholder, Mode         string // Mode is the keyboard that a phone shows
	Fill                      string // what a browser may fill in by itself
}

// form is the hosted page's form. Browsers are asked not to fill in the card: a page that is not real should not be
// handed a real number.
type form struct {
	Email, Number, Expiry, CVC, Name field
}

func newForm(email string) *form {
	return &form{
		Email:  field{Name: "email", Label: "E-mail", Value: email, Mode: "email", Fill: "email"},
		Number: field{Name: "number", Label: "Card number", Mode: "numeric", Fill: "off", Placeholder: "4242 4242 4242 4242"},
		Expiry: field{Name: "expiry", Label: "Expiry", Mode: "numeric", Fill: "off", Placeholder: "MM / YY"},
		CVC:    field{Name: "cvc", Label: "CVC", Mode: "numeric", Fill: "off", Placeholder: "123"},
		Name:   field{Name: "name", Label: "Name on card", Mode: "text", Fill: "name"},
	}
}

func (f *form) fields() []*field { return []*field{&f.Email, &f.Number, &f.Expiry, &f.CVC, &f.Name} }

func readForm(r *http.Request) *form {
	f := newForm("")
	for _, in := range f.fields() {
		in.Value = strings.TrimSpace(r.PostFormValue(in.Name))
	}
	return f
}

// Wrong lists the fields with errors in the order of the page, for its summary.
func (f *form) Wrong() []field {
	var wrong []field
	for _, in := range f.fields() {
		if in.Error != "" {
			wrong = append(wrong, *in)
		}
	}
	return wrong
}

// fill puts a test card in and leaves what was typed about the person.
func (f *form) fill(c testCard, now time.Time) {
	f.Number.Value = c.Number
	f.Expiry.Value = "12 / " + now.AddDate(3, 0, 0).Format("06")
	f.CVC.Value = "123"
	if f.Name.Value == "" {
		f.Name.Value = "Test Payer"
	}
	if f.Email.Value == "" {
		f.Email.Value = "payer@example.com"
	}
}

// check notes what is wrong at the fields and returns the card and the payer; they are of use only if Wrong is empty.
func (f *form) check(now time.Time) (card, payer) {
	var c card
	c.test, f.Number.Error = readNumber(f.Number.Value)
	c.month, c.year, f.Expiry.Error = readExpiry(f.Expiry.Value, now)
	if !validEmail(f.Email.Value) {
		f.Email.Error = "Enter an e-mail address, like you@example.com."
	}
	if len(f.CVC.Value) != 3 || !isDigits(f.CVC.Value) {
		f.CVC.Error = "Enter the three digits on the card's back."
	}
	if f.Name.Value == "" {
		f.Name.Error = "Enter the name on the card."
	}
	return c, payer{Email: f.Email.Value, Name: f.Name.Value}
}

func readNumber(typed string) (testCard, string) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(typed)
	switch known, ok := findTestCard(digits); {
	case digits == "":
		return testCard{}, "Enter a card number."
	case !isDigits(digits):
		return testCard{}, "A card number has digits only."
	case len(digits) < 12 || len(digits) > 19:
		return testCard{}, "This card number is not complete."
	case !luhn(digits):
		return testCard{}, "This card number is mistyped: its check digit does not fit."
	case !ok:
		return testCard{}, "Use one of the test cards: real cards are not accepted here."
	default:
		return known, ""
	}
}

// readExpiry takes 12/34, 12 / 2034 and 1234.
func readExpiry(typed string, now time.Time) (month, year int, wrong string) {
	digits := strings.NewReplacer(" ", "", "/", "", "-", "").Replace(typed)
	if !isDigits(digits) || (len(digits) != 4 && len(digits) != 6) {
		return 0, 0, "Enter the month and year, like 12 / 34."
	}
	month, _ = strconv.Atoi(digits[:2])
	year, _ = strconv.Atoi(digits[2:])
	if len(digits) == 4 {
		year += 2000
	}
	switch {
	case month < 1 || month > 12:
		return 0, 0, "Enter a month from 01 to 12."
	case expired(month, year, now):
		return 0, 0, "This date is in the past."
	case year > now.Year()+50:
		return 0, 0, "This year is too far away."
	}
	return month, year, ""
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
