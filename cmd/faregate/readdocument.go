package main

import (
	"os"

	"github.com/faregate/faregate/models/openapi/worker"
)

// readDocument is the name of readDocumentCommand.
const readDocument = "read-document"

// readDocumentCommand is the child process in which documents are read. The program starts it itself, so no help shows it.
type readDocumentCommand struct{}

// Run does what standard input asks for and ends the process.
func (readDocumentCommand) Run() error {
	os.Exit(worker.Main(os.Stdin, os.Stdout, os.Stderr))
	return nil
}
