// Package tryit makes a form of an operation, a request of what was typed into it, and sends that through a handler in this
// process, as the portal's console does with the gateway. It checks no more than what would make another request of it than
// the one that was meant: what an API makes of a wrong value is for the API to say, and for whoever tries it to see.
package tryit
