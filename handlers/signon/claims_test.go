package signon

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

func set(t *testing.T, text string) claimSet {
	t.Helper()
	said := claimSet{}
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		t.Fatal(err)
	}
	return said
}

// Providers send groups in all sorts of shapes, and leave them out in others.
func TestGroupsOfEveryShape(t *testing.T) {
	for _, tc := range []struct {
		name, claim, token, userInfo string
		groups                       []string
		unknown                      bool
	}{
		{name: "a list", claim: "groups", token: `{"groups":["a","b"]}`, groups: []string{"a", "b"}},
		{name: "a text", claim: "groups", token: `{"groups":"a b,c"}`, groups: []string{"a b,c"}},
		{name: "an empty list", claim: "groups", token: `{"groups":[]}`, userInfo: `{"groups":["a"]}`},
		{name: "a list with strange things in it", claim: "groups", token: `{"groups":["a",1,null,["b"],{"c":"d"},"",true,"e"]}`, groups: []string{"a", "e"}},
		{name: "a number", claim: "groups", token: `{"groups":7}`},
		{name: "an object", claim: "groups", token: `{"groups":{"a":true}}`},
		{name: "nested", claim: "realm_access.roles", token: `{"realm_access":{"roles":["a"]}}`, groups: []string{"a"}},
		{name: "nested in nothing", claim: "realm_access.roles", token: `{"realm_access":"roles"}`},
		{name: "nested and missing", claim: "realm_access.roles", token: `{"realm_access":{}}`},
		{name: "a name with dots in it", claim: "https://acme.test/groups", token: `{"https://acme.test/groups":["a"]}`, groups: []string{"a"}},
		{name: "missing", claim: "groups", token: `{}`},
		{name: "null", claim: "groups", token: `{"groups":null}`, userInfo: `{"groups":["a"]}`, groups: []string{"a"}},
		{name: "only at the userinfo endpoint", claim: "groups", token: `{}`, userInfo: `{"groups":["a"]}`, groups: []string{"a"}},
		{name: "too many for the token", claim: "groups", token: `{"_claim_names":{"groups":"src1"}}`, unknown: true},
		{name: "too many for the token, and at the userinfo endpoint", claim: "groups", token: `{"_claim_names":{"groups":"src1"}}`, userInfo: `{"groups":["a"]}`, groups: []string{"a"}},
		{name: "too many, said in another way", claim: "groups", token: `{"hasgroups":"true"}`, unknown: true},
		{name: "not read at all", claim: "", token: `{"groups":["a"]}`, unknown: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, on := &Provider{config: Config{GroupClaim: tc.claim}}, models.SignOn{}
			more := claimSet{}
			if tc.userInfo != "" {
				more = set(t, tc.userInfo)
			}
			p.fill(&on, set(t, tc.token), more)
			if !slices.Equal(on.Groups, tc.groups) || on.GroupsKnown == tc.unknown {
				t.Errorf("%v, known %v", on.Groups, on.GroupsKnown)
			}
		})
	}
	t.Run("more than anybody has", func(t *testing.T) {
		raw, err := json.Marshal(slices.Repeat([]string{"g"}, maxGroups+5))
		if err != nil {
			t.Fatal(err)
		}
		if got := (claimSet{"groups": raw}).texts("groups"); len(got) != maxGroups {
			t.Errorf("%d groups are read", len(got))
		}
	})
}

// Whether an address is verified is said by whoever says the address.
func TestAnAddressAndItsProofAreOfOneSource(t *testing.T) {
	for _, tc := range []struct {
		name, token, userInfo string
		email                 string
		verified              bool
	}{
		{"the token says both", `{"email":" Ada@Example.test ","email_verified":true}`, `{}`, "ada@example.test", true},
		{"the token says it as a text", `{"email":"ada@example.test","email_verified":"true"}`, `{}`, "ada@example.test", true},
		{"the token says only the address", `{"email":"ada@example.test"}`, `{"email":"eve@example.test","email_verified":true}`, "ada@example.test", false},
		{"the token says only the proof", `{"email_verified":true}`, `{"email":"eve@example.test"}`, "eve@example.test", false},
		{"what the token says is no address", `{"email":"ada","email_verified":true}`, `{"email":"ada@example.test","email_verified":true}`, "ada@example.test", true},
		{"a number is no proof", `{"email":"ada@example.test","email_verified":1}`, `{}`, "ada@example.test", false},
		{"nobody says it", `{"email":["ada@example.test"]}`, `{}`, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var on models.SignOn
			(&Provider{}).fill(&on, set(t, tc.token), set(t, tc.userInfo))
			if on.Email != tc.email || on.EmailVerified != tc.verified {
				t.Errorf("%q, verified %v", on.Email, on.EmailVerified)
			}
		})
	}
}

func TestAddressesOfProviders(t *testing.T) {
	for address, want := range map[string]bool{
		"https://login.example.com": true, "https://login.example.com/realms/acme": true, "http://localhost:8080/x": true, "http://127.0.0.1:1": true, "http://[::1]:1": true,
		"http://login.example.com": false, "login.example.com": false, "": false, "https://": false, "https://user:pass@login.example.com": false,
		"https://login.example.com#x": false, "ftp://localhost": false, "http://localhost.evil.test": false, "javascript:alert(1)": false,
	} {
		if err := CheckURL(address); (err == nil) != want {
			t.Errorf("%q: %v", address, err)
		}
	}
	if text := Brief(CheckURL(strings.Repeat("x", 10_000))); len(text) > 400 {
		t.Errorf("a long one is told in %d bytes", len(text))
	}
}
