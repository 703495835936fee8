package api

import (
	"errors"
	"strconv"

	"github.com/faregate/faregate/models"
)

// Amount is money as the gateway writes it too: a decimal string, for nano-units do not fit every language's numbers, and its
// unit.
type Amount struct {
	Amount string `json:"amount" pattern:"^-?[0-9]{1,19}$" patternDescription:"a whole number of nano-units" doc:"A whole number of nano-units: a thousand-millionth of the portal's currency each." example:"20000000"`
	Unit   string `json:"unit" doc:"“nano” and the portal's currency." example:"nanousd"`
}

func (c *call) amount(n models.Nano) Amount {
	return Amount{strconv.FormatInt(int64(n), 10), c.api.Pages.Currency.NanoUnit()}
}

// amountOrNone is an amount that there may be.
func (c *call) amountOrNone(n *models.Nano) *Amount {
	if n == nil {
		return nil
	}
	return new(c.amount(*n))
}

// nano reads an amount of a body, and notes what is wrong with it under its field.
func (c *call) nano(a Amount, field string, bad models.Invalid) models.Nano {
	n, err := strconv.ParseInt(a.Amount, 10, 64)
	bad.Check(err == nil, field+"/amount", "This is more than there can be.") // its form is checked by the document's pattern
	unit := c.api.Pages.Currency.NanoUnit()
	bad.Check(a.Unit == unit, field+"/unit", "Amounts are in “"+unit+"” here.")
	return models.Nano(n)
}

// nanoOrNone reads an amount that may be left out.
func (c *call) nanoOrNone(a *Amount, field string, bad models.Invalid) *models.Nano {
	if a == nil {
		return nil
	}
	return new(c.nano(*a, field, bad))
}

// inBody gives the fields that an error names the places that they have in a body, where those differ.
func inBody(err error, place func(field string) string) error {
	var invalid models.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	placed := models.Invalid{}
	for field, sentence := range invalid {
		placed[place(field)] = sentence
	}
	return placed
}

// oneOf is a place function of a table: a field that is not in it stays where it is.
func oneOf(places map[string]string) func(string) string {
	return func(field string) string {
		if place, known := places[field]; known {
			return place
		}
		return field
	}
}
