package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// reply is what the API answered.
type reply struct {
	status int
	header http.Header
	body   map[string]any
}

// at walks into the answer: at("error", "code").
func (r reply) at(path ...string) any {
	var here any = r.body
	for _, step := range path {
		inside, _ := here.(map[string]any)
		here = inside[step]
	}
	return here
}

// call makes a raw request with the secret key, as curl would.
func (b *rig) call(method, path string, form url.Values, headers ...string) reply {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	req.SetBasicAuth(secretKey, "")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return b.do(req)
}

func (b *rig) do(req *http.Request) reply {
	b.Helper()
	res, err := browser.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	r := reply{status: res.StatusCode, header: res.Header}
	if err := json.Unmarshal(raw, &r.body); err != nil {
		b.Fatalf("not JSON: %s", raw)
	}
	if !strings.HasPrefix(res.Header.Get("Request-Id"), "req_") {
		b.Errorf("%s %s: no request id", req.Method, req.URL.Path)
	}
	return r
}

// sessionForm is a session that the API accepts.
func (b *rig) sessionForm() url.Values {
	return url.Values{
		"mode":                                          {"payment"},
		"success_url":                                   {"https://portal.example/done"},
		"line_items[0][quantity]":                       {"2"},
		"line_items[0][price_data][currency]":           {"usd"},
		"line_items[0][price_data][unit_amount]":        {"1250"},
		"line_items[0][price_data][product_data][name]": {"Prepaid credit"},
	}
}

func TestTheAPIRefusesASessionWith(t *testing.T) {
	price := "line_items[0][price_data]"
	for _, row := range []struct {
		sentence, name, value string // an empty value removes the parameter
		code, param           string
	}{
		{"no mode", "mode", "", "parameter_missing", "mode"},
		{"another mode", "mode", "subscription", "", "mode"},
		{"no success_url", "success_url", "", "parameter_missing", "success_url"},
		{"a success_url that is a path", "success_url", "/done", "url_invalid", "success_url"},
		{"a success_url that would break the page's policy", "success_url", "https://a;script-src *", "url_invalid", "success_url"},
		{"an unknown parameter", "colour", "blue", "parameter_unknown", "colour"},
		{"an unknown parameter inside", price + "[colour]", "blue", "parameter_unknown", price + "[colour]"},
		{"a card kept for later", "payment_intent_data[setup_future_usage]", "off_session", "parameter_unknown",
			"payment_intent_data[setup_future_usage]"},
		{"an unknown customer", "customer", "cus_nobody", "resource_missing", "customer"},
		{"no currency", price + "[currency]", "", "parameter_missing", price + "[currency]"},
		{"a currency that is none", price + "[currency]", "dollars", "", price + "[currency]"},
		{"a price that is no number", price + "[unit_amount]", "12.50", "parameter_invalid_integer", price + "[unit_amount]"},
		{"a negative price", price + "[unit_amount]", "-1", "parameter_invalid_integer", price + "[unit_amount]"},
		{"too small a sum", price + "[unit_amount]", "24", "amount_too_small", ""},
		{"too large a sum", price + "[unit_amount]", "99999999", "amount_too_large", ""},
		{"a quantity of nothing", "line_items[0][quantity]", "0", "parameter_invalid_integer", "line_items[0][quantity]"},
		{"a payment method of another kind", "payment_method_types[]", "paypal", "", "payment_method_types"},
		{"an expansion that leads nowhere", "expand[]", "payment_intent.colour", "", "expand"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			b := newRig(t, "")
			form := b.sessionForm()
			form.Set(row.name, row.value)
			if row.value == "" {
				form.Del(row.name)
			}
			r := b.call("POST", "/v1/checkout/sessions", form)
			code, _ := r.at("error", "code").(string)
			param, _ := r.at("error", "param").(string)
			if r.status != 400 || r.at("error", "type") != "invalid_request_error" || code != row.code || param != row.param {
				t.Errorf("answered %d %v, want 400 with code %q and param %q", r.status, r.body, row.code, row.param)
			}
			if left := b.call("GET", "/v1/checkout/sessions", nil).at("data").([]any); len(left) != 0 {
				t.Error("a refused request left a session behind")
			}
		})
	}
}

func TestASessionLivesFromThirtyMinutesToADay(t *testing.T) {
	for _, row := range []struct {
		life   time.Duration
		status int
	}{
		{30*time.Minute - time.Second, 400},
		{30 * time.Minute, 200},
		{24 * time.Hour, 200},
		{24*time.Hour + time.Second, 400},
	} {
		b := newRig(t, "")
		form := b.sessionForm()
		form.Set("expires_at", strconv.FormatInt(b.now().Add(row.life).Unix(), 10))
		if r := b.call("POST", "/v1/checkout/sessions", form); r.status != row.status {
			t.Errorf("%s: answered %d, want %d", row.life, r.status, row.status)
		}
	}
}

func TestTheAPIRefuses(t *testing.T) {
	b := newRig(t, "")
	for _, row := range []struct {
		sentence, method, path string
		headers                []string
		status                 int
		code, message          string
	}{
		{"no key", "GET", "/v1/events", []string{"Authorization", ""}, 401, "", "You did not provide an API key"},
		{"a wrong key", "GET", "/v1/events", []string{"Authorization", "Bearer sk_test_somebody_else"}, 401, "",
			"Invalid API Key provided: sk_test_*********else"},
		{"an unknown address", "GET", "/v1/refunds", nil, 404, "", "Unrecognized request URL (GET: /v1/refunds)"},
		{"a known address under another method", "DELETE", "/v1/customers/cus_1", nil, 404, "", "Unrecognized request URL (DELETE:"},
		{"an unknown customer", "GET", "/v1/customers/cus_x", nil, 404, "resource_missing", "No such customer: 'cus_x'"},
		{"an unknown session", "GET", "/v1/checkout/sessions/cs_x", nil, 404, "resource_missing", "No such checkout.session: 'cs_x'"},
		{"an unknown intent", "GET", "/v1/payment_intents/pi_x", nil, 404, "resource_missing", "No such payment_intent: 'pi_x'"},
		{"an unknown event", "GET", "/v1/events/evt_x", nil, 404, "resource_missing", "No such event: 'evt_x'"},
		{"a filter by an unknown intent", "GET", "/v1/checkout/sessions?payment_intent=pi_x", nil, 400, "resource_missing", "pi_x"},
		{"an empty filter", "GET", "/v1/checkout/sessions?payment_intent=", nil, 400, "parameter_invalid_empty", "empty string"},
		{"a list of nothing", "GET", "/v1/events?limit=0", nil, 400, "parameter_invalid_integer", "between 1 and 100"},
		{"a cursor that was never given", "GET", "/v1/events?starting_after=evt_x", nil, 400, "resource_missing", "evt_x"},
		{"a body in JSON", "POST", "/v1/customers", []string{"Content-Type", "application/json"}, 400, "", "x-www-form-urlencoded"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			r := b.call(row.method, row.path, nil, row.headers...)
			code, _ := r.at("error", "code").(string)
			message, _ := r.at("error", "message").(string)
			if r.status != row.status || code != row.code || !strings.Contains(message, row.message) {
				t.Errorf("answered %d %v, want %d, code %q, message with %q", r.status, r.body, row.status, row.code, row.message)
			}
		})
	}
}

func TestABodyOverAMebibyteIsRefused(t *testing.T) {
	b := newRig(t, "")
	if r := b.call("POST", "/v1/customers", url.Values{"name": {strings.Repeat("a", 1<<20)}}); r.status != 413 {
		t.Errorf("answered %d, want 413", r.status)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	b := newRig(t, "")
	const path = "/v1/customers"
	key := []string{"Idempotency-Key", "customer-team_1"}
	ann := url.Values{"name": {"Ann"}, "metadata[team_id]": {"team_1"}}
	first := b.call("POST", path, ann, key...)
	if first.status != 200 || first.header.Get("Idempotent-Replayed") != "" {
		t.Fatalf("the first request answered %d, replayed %q", first.status, first.header.Get("Idempotent-Replayed"))
	}

	again := b.call("POST", path, ann, key...)
	if again.at("id") != first.at("id") || again.header.Get("Idempotent-Replayed") != "true" ||
		again.header.Get("Original-Request") != first.header.Get("Request-Id") {
		t.Errorf("the same request made %v (replayed %q), want %v again", again.at("id"),
			again.header.Get("Idempotent-Replayed"), first.at("id"))
	}
	if r := b.call("POST", path, url.Values{"name": {"Eve"}}, key...); r.status != 400 || r.at("error", "type") != "idempotency_error" {
		t.Errorf("other parameters under the key answered %d %v", r.status, r.body)
	}
	if r := b.call("POST", "/v1/checkout/sessions", b.sessionForm(), key...); r.status != 400 || r.at("error", "type") != "idempotency_error" {
		t.Errorf("another address under the key answered %d %v", r.status, r.body)
	}

	other := []string{"Idempotency-Key", "customer-team_2"}
	if r := b.call("POST", path, url.Values{"colour": {"blue"}}, other...); r.status != 400 {
		t.Fatalf("answered %d, want 400", r.status)
	}
	if r := b.call("POST", path, ann, other...); r.status != 200 {
		t.Errorf("a request that was refused and put right answered %d, want 200 under the same key", r.status)
	}

	b.pass(24 * time.Hour)
	if r := b.call("POST", path, ann, key...); r.at("id") == first.at("id") {
		t.Error("a key still works after a day")
	}
}

func TestExpansion(t *testing.T) {
	b := newRig(t, "")
	made := b.open()
	b.submit(made.URL, typed(poorCard))
	plain := b.call("GET", "/v1/checkout/sessions/"+made.ID, nil)
	full := b.call("GET", "/v1/checkout/sessions/"+made.ID+"?expand[]=payment_intent.latest_charge&expand[]=customer&expand[1]=line_items", nil)
	if id, ok := plain.at("payment_intent").(string); !ok || full.at("payment_intent", "id") != id {
		t.Errorf("payment_intent is %v, and in full %v", plain.at("payment_intent"), full.at("payment_intent"))
	}
	for _, row := range []struct {
		path string
		want any
	}{
		{"payment_intent/status", "requires_payment_method"},
		{"payment_intent/metadata/topup_id", "tu_1"},
		{"payment_intent/last_payment_error/decline_code", "insufficient_funds"},
		{"payment_intent/latest_charge/status", "failed"},
		{"payment_intent/latest_charge/payment_method_details/card/last4", "9995"},
		{"customer/email", "ann@example.com"},
		{"customer/metadata/team_id", "team_1"},
		{"line_items/object", "list"},
		{"amount_subtotal", float64(2500)},
		{"livemode", false},
	} {
		if got := full.at(strings.Split(row.path, "/")...); got != row.want {
			t.Errorf("%s is %v, want %v", row.path, got, row.want)
		}
	}
}

func TestListsArePagedNewestFirst(t *testing.T) {
	b := newRig(t, "")
	for _, name := range []string{"one", "two", "three"} {
		b.call("POST", "/v1/customers", url.Values{"name": {name}})
		b.pass(time.Second)
	}
	names := func(r reply) string {
		var all []string
		for _, c := range r.at("data").([]any) {
			all = append(all, c.(map[string]any)["name"].(string))
		}
		return strings.Join(all, " ")
	}
	first := b.call("GET", "/v1/customers?limit=2", nil)
	if names(first) != "three two" || first.at("has_more") != true {
		t.Errorf("the first page is %q, more: %v", names(first), first.at("has_more"))
	}
	last := first.at("data").([]any)[1].(map[string]any)["id"].(string)
	if rest := b.call("GET", "/v1/customers?limit=2&starting_after="+last, nil); names(rest) != "one" || rest.at("has_more") != false {
		t.Errorf("the rest is %q, more: %v", names(rest), rest.at("has_more"))
	}
	since := strconv.FormatInt(b.now().Add(-2*time.Second).Unix(), 10)
	if recent := b.call("GET", "/v1/customers?created[gte]="+since, nil); names(recent) != "three two" {
		t.Errorf("since %s there are %q", since, names(recent))
	}
}

func TestEventsCanBeListedByType(t *testing.T) {
	b := newRig(t, "")
	b.pay(b.open())
	r := b.call("GET", "/v1/events?types[]=checkout.session.completed&types[]=charge.succeeded", nil)
	data := r.at("data").([]any)
	if len(data) != 2 {
		t.Fatalf("%d events, want two", len(data))
	}
	newest := data[0].(map[string]any)
	if newest["type"] != "checkout.session.completed" || newest["pending_webhooks"] != float64(1) {
		t.Errorf("the newest is %v with %v webhooks pending", newest["type"], newest["pending_webhooks"])
	}
	b.work()
	if one := b.call("GET", "/v1/events/"+newest["id"].(string), nil); one.at("pending_webhooks") != float64(0) {
		t.Errorf("after delivery %v webhooks are pending", one.at("pending_webhooks"))
	}
}
