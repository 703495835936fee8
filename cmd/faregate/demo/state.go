package demo

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/faregate/faregate/models"
)

// State is what demo.json remembers: the secrets that the database keeps only as hashes. It is written before the database
// is filled, so that an interrupted first start is finished by the next.
type State struct {
	Provider Login `json:"provider"`
	Consumer Login `json:"consumer"`
	Keys     Keys  `json:"keys"`
	// The sandbox's own credentials, as Stripe would have given them.
	StripeSecretKey     string `json:"stripe_secret_key"`
	StripeWebhookSecret string `json:"stripe_webhook_secret"`
}

// Login is what somebody types to sign in.
type Login struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Keys are the secrets of the three consumer teams.
type Keys struct {
	Funded string `json:"funded"` // plenty of money
	Ten    string `json:"ten"`    // money for exactly ten calls
	Broke  string `json:"broke"`  // none
}

const stateFile = "demo.json"

// LoadState reads the state of a data folder, or makes and writes a new one.
func LoadState(dir string) (State, error) {
	path := filepath.Join(dir, stateFile)
	raw, err := os.ReadFile(path) // #nosec G304 -- in the data folder that the operator names
	if errors.Is(err, fs.ErrNotExist) {
		state := newState()
		return state, state.save(path)
	}
	if err != nil {
		return State{}, fmt.Errorf("cannot read the demo's logins: %w", err)
	}
	var state State
	if err := json.Unmarshal(raw, &state); err != nil {
		return State{}, fmt.Errorf("%s is damaged (%w); remove the data folder to begin anew", path, err)
	}
	if !state.whole() {
		return State{}, fmt.Errorf("%s is damaged (something is missing); remove the data folder to begin anew", path)
	}
	return state, nil
}

// whole says whether nothing is missing.
func (s State) whole() bool {
	return !slices.Contains([]string{
		s.Provider.Email, s.Provider.Password, s.Consumer.Email, s.Consumer.Password,
		s.Keys.Funded, s.Keys.Ten, s.Keys.Broke, s.StripeSecretKey, s.StripeWebhookSecret,
	}, "")
}

func newState() State {
	return State{
		Provider:            Login{"provider@example.com", rand.Text()[:14]},
		Consumer:            Login{"consumer@example.com", rand.Text()[:14]},
		Keys:                Keys{models.NewKeySecret(), models.NewKeySecret(), models.NewKeySecret()},
		StripeSecretKey:     "sk_test_" + rand.Text(),
		StripeWebhookSecret: "whsec_" + rand.Text(),
	}
}

// save writes the file whole or not at all.
func (s State) save(path string) error {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("cannot write the demo's logins: %w", err)
	}
	return os.Rename(path+".new", path)
}
