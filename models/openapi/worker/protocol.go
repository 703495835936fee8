package worker

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/faregate/faregate/models/openapi"
	"github.com/faregate/faregate/models/openapi/edit"
)

// The acts that a child can be asked for.
const (
	actInspect = "inspect"
	actDiff    = "diff"
	actExport  = "export" // of a document, and the JSON of openapi.Additions
	actEdit    = "edit"   // of a document, and the JSON of edit.Request
)

// request is what a child is asked for. The documents follow it, one after the other.
type request struct {
	Act       string
	Documents []int64 // the length of each, in bytes
	// Memory is how many bytes the child may have, CPU how many seconds of the processors; 0 for any.
	Memory, CPU int64 `json:",omitempty"`
}

// Event is one thing that a child has to say; one field is set.
type Event struct {
	Progress  *Progress            `json:",omitempty"`
	Operation *openapi.Operation   `json:",omitempty"`
	Schema    *openapi.NamedSchema `json:",omitempty"`
	Outline   *openapi.Outline     `json:",omitempty"` // after all operations and schemas: it names what was left out of them
	Finding   *openapi.Finding     `json:",omitempty"` // after the outline
	Change    *openapi.Change      `json:",omitempty"`
	Exported  []byte               `json:",omitempty"` // the whole document
	Edited    *edit.Answer         `json:",omitempty"`
	Used      *Used                `json:",omitempty"` // at the end of work that went well
	// Broken ends the work: the document cannot be read. Done ends it well. Neither is seen by the caller of a Worker.
	Broken *openapi.Broken `json:",omitempty"`
	Done   bool            `json:",omitempty"`
}

// Progress is how far the work is.
type Progress struct {
	Stage string // what is being done, in words for whoever waits
	Share int    // of the whole work, in percent
}

// Used is what a child took.
type Used struct {
	CPU    time.Duration // of all processors together; 0 if the system does not tell
	Memory int64         // the most that it had at a time, in bytes
}

// maxRequest bounds what a child takes in. It is told so by its parent, which is us: this only keeps a wrong length from
// becoming a panic.
const maxRequest = 256 << 20

// readRequest reads a request and its documents.
func readRequest(in io.Reader) (request, [][]byte, error) {
	var r request
	buffered := bufio.NewReader(in)
	header, err := buffered.ReadBytes('\n')
	if err != nil {
		return r, nil, fmt.Errorf("the header of the request: %w", err)
	}
	if err := json.Unmarshal(header, &r); err != nil {
		return r, nil, fmt.Errorf("the header of the request: %w", err)
	}
	var documents [][]byte
	left := int64(maxRequest)
	for _, length := range r.Documents {
		if left -= length; length < 0 || left < 0 {
			return r, nil, errors.New("the documents are too long")
		}
		document := make([]byte, length)
		if _, err := io.ReadFull(buffered, document); err != nil {
			return r, nil, fmt.Errorf("a document of the request: %w", err)
		}
		documents = append(documents, document)
	}
	return r, documents, nil
}

// percent returns the share of the work when done of all are, of the stretch of it between two shares.
func percent(from, to, done, all int) int {
	return from + (to-from)*done/max(all, 1)
}
