package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"time"
)

// reading is what one reader saw of pages that were opened one after the other over one connection, as browsers ask for them.
type reading struct {
	first, whole series  // milliseconds until the first byte and until the last one, sorted
	size         float64 // KiB of a page on the wire, on average
}

// opened is a page as it came.
type opened struct {
	header       http.Header
	body         []byte
	first, whole time.Duration
}

// browser takes what comes as it comes: compressed.
var browser = &http.Client{Transport: &http.Transport{DisableCompression: true}, Timeout: 30 * time.Second}

// open opens a page that has to be there.
func (b *bench) open(address string) (p opened, err error) {
	begun := time.Now()
	trace := &httptrace.ClientTrace{GotFirstResponseByte: func() { p.first = time.Since(begun) }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(b.ctx, trace), http.MethodGet, address, http.NoBody)
	if err != nil {
		return p, err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	answer, err := browser.Do(request)
	if err != nil {
		return p, err
	}
	defer answer.Body.Close()
	if p.header = answer.Header; answer.StatusCode != http.StatusOK {
		return p, fmt.Errorf("%s answers %d", address, answer.StatusCode)
	}
	p.body, err = io.ReadAll(answer.Body)
	p.whole = time.Since(begun)
	return p, err
}

// text is the page itself.
func (p opened) text() ([]byte, error) {
	if p.header.Get("Content-Encoding") != "gzip" {
		return p.body, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(p.body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// read opens pages below an address in turn, as often as the time of a round allows.
func (b *bench) read(home string, pages []string) (r reading, err error) {
	sum := 0
	for end := time.Now().Add(b.duration); time.Now().Before(end); {
		for _, page := range pages {
			p, err := b.open(home + page)
			if err != nil {
				return r, err
			}
			r.first = append(r.first, float64(p.first.Microseconds())/1000)
			r.whole = append(r.whole, float64(p.whole.Microseconds())/1000)
			sum += len(p.body)
		}
	}
	slices.Sort(r.first)
	slices.Sort(r.whole)
	r.size = float64(sum) / 1024 / float64(len(r.whole))
	return r, nil
}

// copyPages serves what came from an address once more, byte by byte and from memory: pages that cost nothing to make.
func (b *bench) copyPages(home string, pages []string) (copied string, stop func(), err error) {
	known := map[string]opened{}
	for _, page := range pages {
		if known[page], err = b.open(home + page); err != nil {
			return "", nil, err
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page := known[r.URL.RequestURI()]
		for name, values := range page.header {
			w.Header()[name] = values
		}
		_, _ = w.Write(page.body)
	})}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

// readings are the rounds of both sides.
type readings struct{ ours, memory []reading }

// readBoth opens pages of ours, and the same bytes from memory, in turn.
func (b *bench) readBoth(home string, pages []string) (r readings, err error) {
	memory, stop, err := b.copyPages(home, pages)
	if err != nil {
		return r, err
	}
	defer stop()
	err = b.alternate(2, func(side int) error {
		at, into := home, &r.ours
		if side == 1 {
			at, into = memory, &r.memory
		}
		one, err := b.read(at, pages)
		*into = append(*into, one)
		return err
	})
	return r, err
}

// line is a row of the result: what figure takes from each round, in milliseconds. A target of 0 is none.
func (r readings) line(what string, target float64, figure func(reading) float64) line {
	var ours, memory series
	for i := range r.ours {
		ours, memory = append(ours, figure(r.ours[i])), append(memory, figure(r.memory[i]))
	}
	l := line{
		what: what, ours: ours.text("%.1f") + " ms", against: "the same bytes from memory " + memory.text("%.2f") + " ms",
		ratio: ours.over(memory).text("%.1f"), target: "–", verdict: "–",
	}
	if target > 0 {
		l.target, l.verdict = fmt.Sprintf("≤ %.0f ms", target), verdict(ours.median() <= target)
	}
	return l
}

// wire is the row that says how large the pages are.
func (r readings) wire() line {
	var size series
	for _, one := range r.ours {
		size = append(size, one.size)
	}
	return line{what: "the same: a page on the wire, gzip", ours: fmt.Sprintf("%.1f KiB", size.median()), against: "–", ratio: "–", target: "–", verdict: "–"}
}
