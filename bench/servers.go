package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// answerPath and eventsPath are those of bench/upstream.
const (
	answerPath = "/answer"
	eventsPath = "/events"
)

func (b *bench) startUpstream() (string, error) {
	addr, err := freeAddr()
	if err != nil {
		return "", err
	}
	_, err = b.start("http://"+addr+answerPath, b.path("upstream"), "--addr", addr)
	return "http://" + addr, err
}

func (b *bench) startBaseline() (string, error) {
	addr, err := freeAddr()
	if err != nil {
		return "", err
	}
	_, err = b.start("http://"+addr+answerPath, b.path("baseline"), "--addr", addr, "--upstream", b.upstream)
	return "http://" + addr, err
}

//go:embed nginx.conf
var nginxConfig string

// startNginx runs nginx as ourselves, in the foreground, with everything it writes in a folder of its own.
func (b *bench) startNginx() (*process, string, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, "", err
	}
	dir := b.path("nginx-files")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, "", err
	}
	config := filepath.Join(dir, "nginx.conf")
	text := strings.NewReplacer("{dir}", dir, "{addr}", addr, "{upstream}", strings.TrimPrefix(b.upstream, "http://")).Replace(nginxConfig)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, "", err
	}
	p, err := b.start("http://"+addr+answerPath, "nginx", "-p", dir, "-c", config, "-e", "stderr")
	return p, "http://" + addr, err
}

// gate is the product at work.
type gate struct {
	*process
	url string // of the API that leads to the upstream
}

// startGate serves the data of a world. It is the binary that users run, with the settings they have, save for those given.
func (b *bench) startGate(w world, args ...string) (gate, error) {
	addr, err := freeAddr()
	if err != nil {
		return gate{}, err
	}
	args = b.known(args)
	all := append([]string{"serve", "--data", w.dir, "--addr", addr, "--allow-upstreams", "127.0.0.0/8"}, args...)
	p, err := b.start("http://"+addr+"/readyz", b.faregate, all...)
	return gate{p, fmt.Sprintf("http://%s/invoke/%s/v1", addr, slug)}, err
}

// known leaves out flags that this binary does not have yet.
func (b *bench) known(args []string) (kept []string) {
	help := told(b.faregate, "serve", "--help")
	for i := 0; i+1 < len(args); i += 2 {
		if strings.Contains(help, args[i]+"=") {
			kept = append(kept, args[i], args[i+1])
		}
	}
	return kept
}
