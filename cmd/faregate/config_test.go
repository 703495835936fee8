package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/faregate/faregate/handlers"
)

// flagsGiven parses a command line and returns what the page of settings shows of it.
func flagsGiven(t *testing.T, args ...string) map[string]handlers.Flag {
	t.Helper()
	var all commands
	parser, err := kong.New(&all)
	if err != nil {
		t.Fatal(err)
	}
	k, err := parser.Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	values := all.Serve.values("/data")
	if args[0] == "demo" {
		values = all.Demo.values("/data")
	}
	shown := map[string]handlers.Flag{}
	for _, f := range flags(k, values) {
		shown[f.Name] = f
	}
	return shown
}

func TestThePageOfSettingsHasEveryFlagAndNoSecret(t *testing.T) {
	t.Setenv("FAREGATE_MAIL_FROM", "portal@example.com")
	t.Setenv("FAREGATE_SMTP_URL", "smtps://me:Hidden7@mail.example.com")
	t.Setenv("FAREGATE_SIGN_UP", "open")
	t.Setenv("FAREGATE_METRICS_TOKEN", "Hidden8-Hidden8-Hidden8")
	shown := flagsGiven(t, "serve", "--sign-up", "closed", "--stripe-secret-key", "sk_test_Hidden9", "--stripe-webhook-secret=whsec_Hidden10")
	for name, want := range map[string]handlers.Flag{
		"sign-up":           {Env: "FAREGATE_SIGN_UP", Value: "closed", From: "flag"},
		"mail-from":         {Env: "FAREGATE_MAIL_FROM", Value: "portal@example.com", From: "environment"},
		"smtp-url":          {Env: "FAREGATE_SMTP_URL", Value: "smtps://mail.example.com:465 (with a login)", From: "environment"},
		"metrics-token":     {Env: "FAREGATE_METRICS_TOKEN", Value: "(set)", From: "environment"},
		"stripe-secret-key": {Env: "FAREGATE_STRIPE_SECRET_KEY", Value: "(set)", From: "flag"},
		"secret":            {Env: "FAREGATE_SECRET", Value: "(set)", From: "file"},
		"log-level":         {Env: "FAREGATE_LOG_LEVEL", Value: "info", From: "default"},
	} {
		if want.Name = name; shown[name] != want {
			t.Errorf("%+v, want %+v", shown[name], want)
		}
	}
	if text := fmt.Sprint(shown); strings.Contains(text, "Hidden") {
		t.Errorf("a secret is shown: %s", text)
	}
	for command, values := range map[string]map[string]handlers.Flag{"serve": shown, "demo": flagsGiven(t, "demo")} {
		want, got := slices.Sorted(maps.Keys(flagsOf(t, command))), slices.Sorted(maps.Keys(values))
		if !slices.Equal(want, got) {
			t.Errorf("%s has the flags\n%v, and shows\n%v", command, want, got)
		}
	}
}
