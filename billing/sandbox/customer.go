package sandbox

import (
	"net/mail"
	"slices"
)

// customer is the payer that the product made for a team.
type customer struct {
	record
	Name        string            `json:"name"`
	Email       string            `json:"email"`
	Description string            `json:"description"`
	Metadata    map[string]string `json:"metadata"`
}

var createCustomer = endpoint{
	accepts: []string{"name", "email", "description", "metadata[*]"},
	returns: "customer",
	run: func(t *tx, c *call) (object, error) {
		email := c.params.text("email")
		if email != "" && !validEmail(email) {
			return nil, invalid("email_invalid", "email", "Invalid email address: %s", email)
		}
		made := &customer{
			record: t.newRecord(newID("cus_", idLength)), Name: c.params.text("name"), Email: email,
			Description: c.params.text("description"), Metadata: c.params.textMap("metadata"),
		}
		t.Customers[made.ID] = made
		t.emit("customer.created", made.object())
		return made.object(), nil
	},
}

var getCustomer = endpoint{
	returns: "customer",
	run: func(t *tx, c *call) (object, error) {
		found, ok := t.Customers[c.id]
		if !ok {
			return nil, notFound("customer", c.id, "id")
		}
		return found.object(), nil
	},
}

var listCustomers = endpoint{
	accepts: slices.Concat(listParams, []string{"email"}),
	returns: listOf + "customer",
	run: func(t *tx, c *call) (object, error) {
		email := c.params.text("email")
		return listing(c, t.Customers, func(r *customer) bool { return email == "" || r.Email == email })
	},
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s // not "Ann <ann@example.com>"
}

func (c *customer) object() object {
	return object{
		"id": c.ID, "object": "customer", "created": c.Created, "livemode": false,
		"name": orNull(c.Name), "email": orNull(c.Email), "description": orNull(c.Description), "metadata": c.Metadata,
		"address": nil, "balance": 0, "currency": nil, "default_source": nil, "delinquent": false, "discount": nil,
		"invoice_prefix": c.ID[len(c.ID)-8:], "invoice_settings": object{
			"custom_fields": nil, "default_payment_method": nil, "footer": nil, "rendering_options": nil,
		},
		"next_invoice_sequence": 1, "phone": nil, "preferred_locales": []string{}, "shipping": nil, "tax_exempt": "none",
		"test_clock": nil,
	}
}

// orNull is how Stripe shows a text that is not set.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
