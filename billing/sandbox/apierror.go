package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// apiError is an error as Stripe's API reports it. Its messages are Stripe's wording, which people paste into search
// engines.
type apiError struct {
	status                     int
	kind, code, message, param string
}

func (e *apiError) Error() string { return e.message }

func (e *apiError) object() object {
	facts := object{"type": e.kind, "message": e.message}
	if e.code != "" {
		facts["code"] = e.code
		facts["doc_url"] = "https://stripe.com/docs/error-codes/" + strings.ReplaceAll(e.code, "_", "-")
	}
	if e.param != "" {
		facts["param"] = e.param
	}
	return object{"error": facts}
}

// invalid is the common case: a parameter that cannot be accepted.
func invalid(code, param, format string, args ...any) error {
	return &apiError{http.StatusBadRequest, "invalid_request_error", code, fmt.Sprintf(format, args...), param}
}

func missingParameter(param string) error {
	return invalid("parameter_missing", param, "Missing required param: %s.", param)
}

// notFound is for an id in the address, noSuch for one in a parameter: Stripe answers 404 to the first only.
func notFound(kind, id, param string) error {
	return &apiError{http.StatusNotFound, "invalid_request_error", "resource_missing",
		fmt.Sprintf("No such %s: '%s'", kind, id), param}
}

func noSuch(kind, id, param string) error {
	return invalid("resource_missing", param, "No such %s: '%s'", kind, id)
}

func unauthorised(message string) error {
	return &apiError{status: http.StatusUnauthorized, kind: "invalid_request_error", message: message}
}

func idempotencyMisuse(message string) error {
	return &apiError{status: http.StatusBadRequest, kind: "idempotency_error", message: message}
}

// internalError hides what went wrong; the log has it.
func internalError() *apiError {
	return &apiError{status: http.StatusInternalServerError, kind: "api_error",
		message: "The sandbox could not save its state. Nothing was changed."}
}

func unrecognised(w http.ResponseWriter, r *http.Request) {
	refusal(&apiError{status: http.StatusNotFound, kind: "invalid_request_error", message: fmt.Sprintf(
		"Unrecognized request URL (%s: %s). If you are trying to list objects, remove the trailing slash. "+
			"If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.",
		r.Method, r.URL.Path)}).write(w, newID("req_", requestLength))
}
