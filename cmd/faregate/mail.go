package main

import (
	"errors"
	"fmt"
	netmail "net/mail"

	"github.com/faregate/faregate/jobs"
	"github.com/faregate/faregate/jobs/mail"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// mail is what --smtp-url and --mail-from say; the zero value if mails are kept here. An error never repeats the URL.
func (s *settings) mail() (mail.Config, error) {
	if (s.SMTPURL == "") != (s.MailFrom == "") {
		return mail.Config{}, errors.New("--smtp-url and --mail-from go together; one of them is missing")
	}
	if s.SMTPURL == "" {
		return mail.Config{}, nil
	}
	server, err := mail.ParseServer(s.SMTPURL)
	if err != nil {
		return mail.Config{}, fmt.Errorf("--smtp-url %w", err)
	}
	from, err := netmail.ParseAddress(s.MailFrom)
	if err != nil {
		return mail.Config{}, fmt.Errorf("--mail-from %q is not an address; write it like portal@example.com or \"Our Portal <portal@example.com>\"", s.MailFrom)
	}
	return mail.Config{Server: server, From: *from}, nil
}

// sendsMail says whether mails leave this machine; otherwise they are kept for the outbox page.
func (s *settings) sendsMail() bool { return s.SMTPURL != "" }

// mailer sends mails by the server of the settings, or keeps them.
func (s *settings) mailer(db *store.Store, clock models.Clock) (jobs.Mailer, error) {
	config, err := s.mail()
	if err != nil || !s.sendsMail() {
		return db.KeepMail, err
	}
	config.List, config.Clock = db.ListMail, clock
	return mail.New(config).Send, nil
}

// mailServer is the mail server for people to read, without its login.
func (s *settings) mailServer() string {
	config, err := s.mail()
	switch {
	case err != nil || !s.sendsMail():
		return "(none: mails are kept on the outbox page)"
	case config.Server.User == "":
		return config.Server.String() + " (no login)"
	}
	return config.Server.String() + " (with a login)"
}
