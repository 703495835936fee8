package demo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// UpstreamHost is the name that the sample API's upstream has in the database. It leads to a listener of this process
// whatever port that has, so the data does not depend on one run.
const UpstreamHost = "sample.faregate.internal"

type quote struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
	On   string `json:"on"`
}

var quotes = []quote{
	{1, "A gate that counts is kinder than a wall that does not.", "gates"},
	{2, "Nobody minds a fare they can see before they board.", "prices"},
	{3, "An error without a remedy is only a complaint.", "errors"},
	{4, "Two ledgers that agree are worth more than ten that are fast.", "money"},
	{5, "Version one is a promise. Version two is an apology.", "versions"},
	{6, "Write the refusal first; the welcome writes itself.", "errors"},
	{7, "The cheapest call is the one that was answered once.", "prices"},
	{8, "A secret shown twice is not a secret.", "keys"},
	{9, "Retire an API as you would like to be retired: with notice and thanks.", "versions"},
	{10, "If the money is right, the rest can be mended tomorrow.", "money"},
	{11, "Documentation is what remains when the author has gone home.", "docs"},
	{12, "Every limit deserves a sentence that says who can raise it.", "limits"},
}

// Upstream is the sample service: GET / says what there is, /random, /quotes, /quotes/{id} and, as server-sent events, /stream.
func Upstream() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /random", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, quotes[rand.IntN(len(quotes))]) // #nosec G404 -- a quote is no secret
	})
	mux.HandleFunc("GET /quotes", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, about(r.URL.Query().Get("on")))
	})
	mux.HandleFunc("GET /quotes/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil || id < 1 || id > len(quotes) {
			reply(w, http.StatusNotFound, map[string]string{"error": fmt.Sprintf("there are quotes 1 to %d", len(quotes))})
			return
		}
		reply(w, http.StatusOK, quotes[id-1])
	})
	mux.HandleFunc("GET /stream", stream)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]any{"service": "quotes", "try": []string{"/random", "/quotes?on=money", "/quotes/3", "/stream"}})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusNotFound, map[string]string{"error": "try /random, /quotes, /quotes/3 or /stream, not " + r.URL.Path})
	})
	return mux
}

func about(on string) []quote {
	found := []quote{}
	for _, q := range quotes {
		if on == "" || strings.EqualFold(on, q.On) {
			found = append(found, q)
		}
	}
	return found
}

// stream sends five quotes, one every fifth of a second.
func stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, q := range quotes[:5] {
		text, _ := json.Marshal(q) // a quote always has a JSON form
		fmt.Fprintf(w, "data: %s\n\n", text)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-time.After(200 * time.Millisecond):
		case <-r.Context().Done():
			return
		}
	}
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
