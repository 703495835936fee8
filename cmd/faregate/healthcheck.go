package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/faregate/faregate/web/paths"
)

type healthcheckCommand struct {
	Addr string `help:"Address that the server listens on." default:"127.0.0.1:8402" env:"FAREGATE_ADDR" placeholder:"HOST:PORT"`
}

// Run asks the server on this machine whether it can serve, and fails if it cannot.
func (c healthcheckCommand) Run(stdout io.Writer) error {
	listener, err := net.ResolveTCPAddr("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr %q is not an address; write host:port, like 127.0.0.1:8402", c.Addr)
	}
	client := &http.Client{Timeout: 5 * time.Second}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, reach(listener)+paths.Readyz, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("no server answers at %s", c.Addr)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10)) // the status says enough if it breaks off
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the server at %s is not ready: %s", c.Addr, text)
	}
	_, err = fmt.Fprintln(stdout, "ok")
	return err
}
