// Package worker reads OpenAPI documents in a child process. Documents come from providers: large ones, odd ones, and some
// that were made to cost as much as they can. Whatever reading one costs, the process that serves the gateway must not
// pay, so a child does it that has bounded memory and time, no environment, no files and no network, and that may die.
//
// The child is this program, started with a hidden command; both of its ends are here. It is sent one request: a line of
// JSON that names the act and the lengths of the documents, and then their bytes. It answers with events, one line of
// JSON each.
package worker
