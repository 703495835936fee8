// Command upstream is the service behind every proxy that the benchmark measures: as little work as net/http allows, so
// that what is measured is the proxy.
package main

import (
	"flag"
	"io"
	"log"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"
)

const answer = `{"id":"cmpl_0001","object":"answer","choices":[{"index":0,"text":"The quick brown fox.","finish":"stop"}],"usage":{"in":212,"out":6}}`

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	flag.Parse()
	debug.SetGCPercent(800) // with streams open it would stop for garbage, and the proxy would seem to
	mux := http.NewServeMux()
	mux.HandleFunc("/answer", whole)
	mux.HandleFunc("/events", idle)
	server := &http.Server{Addr: *addr, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// whole reads the request and answers with a declared length.
func whole(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	h := w.Header()
	h["Content-Type"] = []string{"application/json"}
	h["Content-Length"] = []string{strconv.Itoa(len(answer))}
	_, _ = io.WriteString(w, answer)
}

// idle sends one event and then nothing until the caller has gone.
func idle(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, "data: open\n\n")
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}
