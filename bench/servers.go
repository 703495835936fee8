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

// server is a process that answers below an address.
type server struct {
	*process
	url string
}

// startOwn runs one of the programs below this folder.
func (b *bench) startOwn(name string, args ...string) (server, error) {
	addr, err := freeAddr()
	if err != nil {
		return server{}, err
	}
	p, err := b.start("http://"+addr+answerPath, b.path(name), append([]string{"--addr", addr}, args...)...)
	return server{p, "http://" + addr}, err
}

//go:embed nginx.conf
var nginxConfig string

// startNginx runs nginx as ourselves, in the foreground, with everything it writes in a folder of its own.
func (b *bench) startNginx() (server, error) {
	addr, err := freeAddr()
	if err != nil {
		return server{}, err
	}
	dir := b.path("nginx-files")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return server{}, err
	}
	config := filepath.Join(dir, "nginx.conf")
	text := strings.NewReplacer("{dir}", dir, "{addr}", addr, "{upstream}", strings.TrimPrefix(b.upstream.url, "http://")).Replace(nginxConfig)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return server{}, err
	}
	p, err := b.start("http://"+addr+answerPath, "nginx", "-p", dir, "-c", config, "-e", "stderr")
	return server{p, "http://" + addr}, err
}

// startGate runs the product on the data of a world: the binary and the settings that users have, save for those given. It
// is reached at the address of the API that leads to the upstream.
func (b *bench) startGate(w world, args ...string) (server, error) {
	addr, err := freeAddr()
	if err != nil {
		return server{}, err
	}
	all := append([]string{"serve", "--data", w.dir, "--addr", addr, "--allow-upstreams", "127.0.0.0/8", "--metrics-addr", "off"}, args...)
	p, err := b.start("http://"+addr+"/readyz", b.path("faregate"), all...)
	return server{p, fmt.Sprintf("http://%s/invoke/%s/v1", addr, slug)}, err
}

// home is the portal's address.
func (s server) home() string {
	home, _, _ := strings.Cut(s.url, "/invoke/")
	return home
}

// startRoomy is startGate with an attempt limit that one key does not reach with all the load that there is. It is still
// counted: only the refusals are measured without.
func (b *bench) startRoomy(w world, durability string) (server, error) {
	return b.startGate(w, "--durability", durability, "--key-attempts", "1000000")
}
