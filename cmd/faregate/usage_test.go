package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is wrong with the command line is said in one sentence that names the flag, and ends the program with 2 before
// it has done anything.
func TestWrongUsageIsAnsweredInOneSentence(t *testing.T) {
	t.Parallel()
	for _, wrong := range []struct{ command, says string }{
		{"frobnicate", "unexpected argument frobnicate"},
		{"demo --colour blue", "unknown flag --colour"},
		{"demo extra", "unexpected argument extra"},
		{"version --json", "unknown flag --json"},
		{"demo --addr nonsense", `--addr "nonsense" is not an address to listen on; write host:port, like 127.0.0.1:8402`},
		{"demo --addr 127.0.0.1:", `--addr "127.0.0.1:" is not an address to listen on`},
		{"demo --addr 127.0.0.1:99999", `"99999" is not a port between 0 and 65535`},
		{"serve --addr :http:", "is not an address to listen on"},
		{"demo --public-url ftp://portal.example.com", `--public-url "ftp://portal.example.com" is not the address of a whole host`},
		{"demo --public-url https://portal.example.com/below", "write it like https://portal.example.com"},
		{"serve --public-url portal.example.com", "is not the address of a whole host"},
		{"demo --upstream nonsense", `--upstream "nonsense": Enter a whole address that begins with https:// or http://.`},
		{"demo --upstream http://me:secret@127.0.0.1:3000", "Leave user name and password out of the address."},
		{"demo --log-format xml", `--log-format must be one of "text","json" but got "xml"`},
		{"demo --trusted-proxies 10.0.0.0/99", "--trusted-proxies"},
		{"serve --allow-upstreams everywhere", "--allow-upstreams"},
		{"demo --stripe-secret-key sk_live_4eC39HqLyjWD --stripe-webhook-secret whsec_1", "--stripe-secret-key is a live key; the demo takes no real money"},
		{"demo --stripe-secret-key rk_live_4eC39HqLyjWD --stripe-webhook-secret whsec_1", "--stripe-secret-key is a live key; the demo takes no real money"},
		{"demo --stripe-secret-key sk_test_1", "--stripe-secret-key and --stripe-webhook-secret go together"},
		{"serve --stripe-webhook-secret whsec_1", "--stripe-secret-key and --stripe-webhook-secret go together"},
		{"serve --stripe-secret-key pk_test_1 --stripe-webhook-secret whsec_1", "--stripe-secret-key does not look like one of Stripe's"},
		{"serve --stripe-secret-key sk_test_1 --stripe-webhook-secret 1", "--stripe-webhook-secret does not look like one of Stripe's"},
		{"serve --sign-up maybe", `--sign-up must be one of "open","domains","invited","closed" but got "maybe"`},
		{"serve --sign-up domains", "--sign-up domains needs --sign-up-domains"},
		{"serve --sign-up-domains example.com", "--sign-up-domains has no effect with --sign-up open"},
		{"serve --sign-up domains --sign-up-domains example.com", "--sign-up domains needs --require-verified"},
		{"serve --sign-up domains --sign-up-domains nonsense --require-verified --smtp-url smtp://mail.example.com --mail-from a@example.com", `--sign-up-domains "nonsense" is not a mail domain`},
		{"serve --log-level loud", "--log-level must be one of"},
		{"serve --metrics-addr nonsense", `--metrics-addr "nonsense" is not an address to listen on; write host:port, like 127.0.0.1:9402, or off`},
		{"demo --metrics-addr 127.0.0.1:99999", `--metrics-addr "127.0.0.1:99999": "99999" is not a port between 0 and 65535`},
		{"serve --metrics-token short", "--metrics-token has 5 characters and could be guessed; take 16 or more"},
		{"serve --smtp-url smtp://mail.example.com", "--smtp-url and --mail-from go together"},
		{"demo --mail-from portal@example.com", "--smtp-url and --mail-from go together"},
		{"serve --smtp-url http://me:hidden@mail.example.com --mail-from portal@example.com", "--smtp-url is not the address of a mail server"},
		{"serve --smtp-url smtp://mail.example.com --mail-from nobody", `--mail-from "nobody" is not an address`},
		{"serve --require-verified", "--require-verified needs --smtp-url"},
		{"serve --tls-cert cert.pem", "--tls-cert and --tls-key go together"},
		{"serve --secret short", "--secret is not 32 bytes in base64"},
		{"backup", `expected "<file>"`},
		{"restore", `expected "<file>"`},
		{"config --secret short", "--secret is not 32 bytes in base64"},
	} {
		t.Run(wrong.command, func(t *testing.T) {
			t.Parallel()
			p := faregate.Run(t, nil, strings.Fields(wrong.command)...)
			saysOnce(t, p.Wait(), 2, p.Stdout(), p.Stderr(), wrong.says)
		})
	}
}

// What is wrong with the environment is said like that, too.
func TestWrongEnvironmentIsAnsweredInOneSentence(t *testing.T) {
	t.Parallel()
	p := faregate.Run(t, []string{"FAREGATE_ADDR=nonsense"}, "serve")
	saysOnce(t, p.Wait(), 2, p.Stdout(), p.Stderr(), `--addr "nonsense" is not an address to listen on`)
}

// Without a command, and with --help, the program says what it can do.
func TestHelpSaysWhatThereIs(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"--help"}, {"demo", "--help"}} {
		p := faregate.Run(t, nil, args...)
		if p.Wait() != 0 || !strings.HasPrefix(p.Stdout(), "Usage: faregate ") || p.Stderr() != "" {
			t.Errorf("faregate %v ends with %d and says %q, %q", args, p.Wait(), p.Stdout(), p.Stderr())
		}
	}
}

// Where the program cannot go on it says why in one sentence and ends with 1.
func TestWhatStandsInTheWayIsSaidInOneSentence(t *testing.T) {
	t.Parallel()
	busy := faregate.Demo(t)
	at := strings.TrimPrefix(busy.PortalURL, "http://")
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		command string // DIR is the data folder
		says    string
	}{
		{"the port is taken", nothing, "demo --addr " + at + " --data DIR", at + " is in use by another program; stop it or choose another address with --addr"},
		{"the port is taken, serve", nothing, "serve --addr " + at + " --data DIR", at + " is in use by another program"},
		{"the metrics' port is taken, serve", nothing, "serve --addr 127.0.0.1:0 --metrics-addr " + at + " --data DIR", at + " is in use by another program; stop it or choose another address with --metrics-addr"},
		{"the metrics' port is taken", nothing, "demo --addr 127.0.0.1:0 --metrics-addr " + at + " --data DIR", at + " is in use by another program; stop it or choose another address with --metrics-addr"},
		{"not an address of this machine", nothing, "demo --addr 192.0.2.1:0 --data DIR", "cannot listen on 192.0.2.1:0"},
		{"the data is a file", asFile(""), "demo --addr 127.0.0.1:0 --data DIR", "is a file; name a folder"},
		{"the data is a file, migrate", asFile(""), "migrate --data DIR", "is a file; name a folder"},
		{"the folder cannot be made", asFile(""), "demo --addr 127.0.0.1:0 --data DIR/below", "cannot create the data folder"},
		{"the folder cannot be made, serve", asFile(""), "serve --addr 127.0.0.1:0 --data DIR/below", "cannot create the data folder"},
		{"the database cannot be written", folder("faregate.db"), "demo --addr 127.0.0.1:0 --data DIR", "cannot open the database"},
		{"the database cannot be written, serve", folder("faregate.db"), "serve --addr 127.0.0.1:0 --data DIR", "cannot open the database"},
		{"the lock cannot be written", folder("faregate.lock"), "demo --addr 127.0.0.1:0 --data DIR", "faregate.lock"},
		{"the database is something else", file("faregate.db", strings.Repeat("not a database ", 99)), "demo --addr 127.0.0.1:0 --data DIR", "file is not a database"},
		{"the database is something else, serve", file("faregate.db", strings.Repeat("not a database ", 99)), "serve --addr 127.0.0.1:0 --data DIR", "file is not a database"},
		{"the database is newer", newerDatabase, "demo --addr 127.0.0.1:0 --data DIR", "the database belongs to a newer release of Faregate; use that release or restore a backup"},
		{"the database is newer, serve", newerDatabase, "serve --addr 127.0.0.1:0 --data DIR", "the database belongs to a newer release of Faregate"},
		{"the database is newer, migrate", newerDatabase, "migrate --data DIR", "the database belongs to a newer release of Faregate"},
		{"the logins are damaged", file("demo.json", `{"provider":`), "demo --addr 127.0.0.1:0 --data DIR", "demo.json is damaged"},
		{"the logins are cut off", file("demo.json", `{"provider":{"email":"a@example.com","password":"b"}}`), "demo --addr 127.0.0.1:0 --data DIR", "demo.json is damaged"},
		{"the sandbox's payments are damaged", file("sandbox.json", `]`), "demo --addr 127.0.0.1:0 --data DIR", "sandbox.json"},
		{"the master secret is damaged", file("secret.key", "short"), "demo --addr 127.0.0.1:0 --data DIR", "secret.key is not 32 bytes in base64"},
		{"the master secret is damaged, serve", file("secret.key", "short"), "serve --addr 127.0.0.1:0 --data DIR", "secret.key is not 32 bytes in base64"},
		{"there is nothing to back up", nothing, "backup --data DIR DIR/backup.db", "there is no database of Faregate"},
		{"the folder for the backup is missing", asDatabase, "backup --data DIR DIR/none/backup.db", "cannot write in"},
		{"the database is newer, backup", newerDatabase, "backup --data DIR DIR/backup.db", "the database belongs to a newer release of Faregate"},
		{"the money does not add up, backup", wrongMoney, "backup --data DIR DIR/backup.db", "wallets: 1 (team_1 balance off by 0.000000005"},
		{"the backup is missing", nothing, "restore DIR/none.db --data DIR", "cannot read the backup"},
		{"the backup is a folder", folder("backup.db"), "restore DIR/backup.db --data DIR", "is not a file"},
		{"the backup is something else", file("backup.db", strings.Repeat("not a database ", 99)), "restore DIR/backup.db --data DIR", "there is no database of Faregate"},
		{"the certificate is missing", nothing, "serve --addr 127.0.0.1:0 --data DIR --tls-cert none.pem --tls-key none.pem", "cannot use the certificate of --tls-cert and --tls-key"},
		{"nobody answers the health check", nothing, "healthcheck --addr 127.0.0.1:1", "no server answers at 127.0.0.1:1"},
		{"the health check has no address", nothing, "healthcheck --addr nonsense", `--addr "nonsense" is not an address`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			c.prepare(t, dir)
			p := faregate.Run(t, nil, strings.Fields(strings.ReplaceAll(c.command, "DIR", dir))...)
			said := ""
			for line := range strings.Lines(p.Stderr()) {
				if !strings.HasPrefix(line, "time=") { // a line of the log
					said += line
				}
			}
			saysOnce(t, p.Wait(), 1, p.Stdout(), said, c.says)
		})
	}
}

// saysOnce makes sure that a program ended with a status, one sentence on standard error, and nothing else.
func saysOnce(t *testing.T, status, want int, stdout, stderr, says string) {
	t.Helper()
	if status != want {
		t.Errorf("the program ended with %d, want %d", status, want)
	}
	if stdout != "" {
		t.Errorf("standard output has %q", stdout)
	}
	if !strings.HasPrefix(stderr, "faregate: ") || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, says) {
		t.Errorf("standard error has %q, want one line that says %q", stderr, says)
	}
}

func nothing(*testing.T, string) {}

// asFile puts a file where the folder should be.
func asFile(text string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.WriteFile(dir, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// file puts a file into the folder.
func file(name, text string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		asFile(text)(t, filepath.Join(dir, name))
	}
}

// folder puts a folder where a file should be: that cannot be written, not even by root.
func folder(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, name, "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// newerDatabase is one that a later release has migrated.
func newerDatabase(t *testing.T, dir string) {
	t.Helper()
	asDatabase(t, dir)
	db := openDatabase(t, dir)
	if _, err := db.Exec(`INSERT INTO schema_migrations (id) VALUES ('9999_of_tomorrow')`); err != nil {
		t.Fatal(err)
	}
}

// asDatabase makes a database without anything in it.
func asDatabase(t *testing.T, dir string) {
	t.Helper()
	if p := faregate.Run(t, nil, "migrate", "--data", dir); p.Wait() != 0 {
		t.Fatal(p.Stderr())
	}
}

// wrongMoney is a database with a wallet that no entry explains.
func wrongMoney(t *testing.T, dir string) {
	t.Helper()
	asDatabase(t, dir)
	for _, query := range []string{
		`INSERT INTO teams (id, slug, name, created_at) VALUES ('team_1', 'one', 'One', 0)`,
		`INSERT INTO wallets (team_id, balance) VALUES ('team_1', 5)`,
	} {
		if _, err := openDatabase(t, dir).Exec(query); err != nil {
			t.Fatal(err)
		}
	}
}
