package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/faregate/faregate/e2e/program"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/store"
)

// A portal is backed up while it charges calls, and none of them fails for that; the backup, restored into another folder
// with the secrets beside it, serves the same keys, and its money is right to the last nano-unit.
func TestABackupTakenWhileCallsAreChargedCanBeServed(t *testing.T) {
	t.Parallel()
	const callers = 8
	dir := t.TempDir()
	d := faregate.Demo(t, "--data", dir)
	client := &http.Client{Timeout: program.Patience, Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
	enough, first := make(chan struct{}), sync.Once{}
	warm := make(chan struct{})
	var calling sync.WaitGroup
	for range callers {
		calling.Go(func() {
			for {
				select {
				case <-enough:
					return
				default:
				}
				if charged, err := chargedFor(client, d); err != nil || charged != strconv.FormatInt(d.PriceNano, 10) {
					t.Errorf("a call failed while a backup was taken: charged %q, %v", charged, err)
					return
				}
				first.Do(func() { close(warm) })
			}
		})
	}
	<-warm
	file := ""
	for _, name := range []string{"one.db", "two.db", "three.db"} {
		file = filepath.Join(t.TempDir(), name)
		p := faregate.Run(t, nil, "backup", "--data", dir, file)
		if p.Wait() != 0 || !strings.Contains(p.Stdout(), "Every page of it was checked, and its money adds up.") || p.Stderr() != "" {
			t.Fatalf("the backup ended with %d: %s%s", p.Wait(), p.Stdout(), p.Stderr())
		}
		if !strings.Contains(p.Stdout(), "The master secret, "+filepath.Join(dir, "secret.key")+", is not in it") {
			t.Errorf("nothing says what else to keep: %s", p.Stdout())
		}
	}
	close(enough)
	calling.Wait()
	if status := d.Stop(); status != 0 {
		t.Fatalf("ended with %d: %s", status, d.Stderr())
	}

	restored := filepath.Join(t.TempDir(), "restored")
	p := faregate.Run(t, nil, "restore", file, "--data", restored)
	if p.Wait() != 0 || !strings.Contains(p.Stdout(), "its money adds up") || p.Stderr() != "" {
		t.Fatalf("the restore ended with %d: %s%s", p.Wait(), p.Stdout(), p.Stderr())
	}
	for _, kept := range []string{"secret.key", "demo.json"} {
		if !strings.Contains(p.Stdout(), kept) {
			t.Errorf("nothing says that %s is missing: %s", kept, p.Stdout())
		}
		raw, err := os.ReadFile(filepath.Join(dir, kept))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(restored, kept), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again := faregate.Demo(t, "--data", restored)
	a := wants(t, program.Curl(t, d.Keys.Funded, again.InvokeURL), 200)
	if a.Header.Get("Faregate-Charged") == "0" {
		t.Error("a call of the restored portal is free")
	}
	if status := again.Stop(); status != 0 {
		t.Fatalf("ended with %d: %s", status, again.Stderr())
	}
	db, err := store.Open(context.Background(), store.Config{Dir: restored, Demo: true, Clock: models.SystemClock{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close(context.Background()) }()
	if proof, err := db.Prove(context.Background()); err != nil || !proof.Holds() {
		t.Errorf("the books do not balance: %s, %v", proof, err)
	}
}

// A backup never replaces a file, and a restore never replaces a database or takes one that is served.
func TestBackupAndRestoreReplaceNothing(t *testing.T) {
	t.Parallel()
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "backup.db")
	d := faregate.Demo(t, "--data", dir)
	if p := faregate.Run(t, nil, "backup", "--data", dir, file); p.Wait() != 0 {
		t.Fatal(p.Stderr())
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := faregate.Run(t, nil, "backup", "--data", dir, file)
	saysOnce(t, p.Wait(), 1, p.Stdout(), p.Stderr(), file+" is there already, and no backup replaces a file; name another")
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed: %v", err)
	}
	p = faregate.Run(t, nil, "restore", file, "--data", dir)
	saysOnce(t, p.Wait(), 1, p.Stdout(), p.Stderr(), "the data folder is in use: "+dir)
	d.Stop()
	p = faregate.Run(t, nil, "restore", file, "--data", dir)
	saysOnce(t, p.Wait(), 1, p.Stdout(), p.Stderr(), "there is a database already")
	wants(t, program.Curl(t, d.Keys.Funded, faregate.Demo(t, "--data", dir).InvokeURL), 200)
}

// chargedFor calls the sample API and says what its answer says was charged.
func chargedFor(client *http.Client, d *program.Demo) (string, error) {
	r, err := http.NewRequest(http.MethodGet, d.InvokeURL, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("X-API-Key", d.Keys.Funded)
	a, err := program.SendWith(client, r)
	return a.Header.Get("Faregate-Charged"), err
}
