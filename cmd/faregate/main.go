// Command faregate is the developer portal, its gateway and everything they need, in one process. This package is the only
// reader of configuration: it checks the settings, puts the parts together, and takes them apart again in good order.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	_ "time/tzdata" // teams choose their time zone, and the image has no zone files

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "dev"

// commands is the command line: one field a command, one flag a setting. Every flag can be given as an environment
// variable too.
type commands struct {
	Demo        demoCommand        `cmd:"" help:"Everything on one machine, with sandbox payments and sample data."`
	Serve       serveCommand       `cmd:"" help:"Serve the portal and the gateway."`
	Config      configCommand      `cmd:"" help:"Check and print the settings that serve would use, secrets left out."`
	Migrate     migrateCommand     `cmd:"" help:"Bring the database up to date and stop."`
	Backup      backupCommand      `cmd:"" help:"Copy the databases into two files, while they are being served."`
	Restore     restoreCommand     `cmd:"" help:"Put a backup in place in a folder that has no database."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a running server whether it is well; for containers."`
	Version     versionCommand     `cmd:"" help:"Print the version."`

	ReadDocument readDocumentCommand `cmd:"" hidden:"" help:"Read an OpenAPI document for the process that started this one."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main without the process: it returns the exit status, 2 for wrong usage and 1 for everything that went wrong
// later, each with one plain sentence on standard error.
func run(args []string, stdout, stderr io.Writer) int {
	status := -1
	parser, err := kong.New(&commands{},
		kong.Name("faregate"), kong.Description("A developer portal whose gateway takes payment."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { status = code }),
		kong.BindTo(stdout, (*io.Writer)(nil)), kong.Bind(logOutput{stderr}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		panic("faregate: " + err.Error()) // the struct above is wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	switch {
	case status >= 0: // --help was answered
		return status
	case err != nil:
		return complain(stderr, err, 2)
	}
	if err := command.Run(); err != nil {
		return complain(stderr, err, 1)
	}
	return 0
}

func complain(stderr io.Writer, err error, status int) int {
	text := strings.TrimSuffix(err.Error(), "\n")
	// The parser's word for "nothing follows" is not one for people.
	text = strings.Replace(text, `expected string value but got "EOL" (<EOL>)`, "a value is missing", 1)
	fmt.Fprintln(stderr, "faregate: "+text)
	return status
}
