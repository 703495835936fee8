package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// idleStreams is how many event streams are open at once.
const idleStreams = 2000

// streams: what an open event stream costs in memory while nothing comes, and what two thousand of them do to the others'
// calls. Each round begins with a fresh process, for memory that was in use once is not given back at once.
func streams(b *bench) ([]line, error) {
	var memory, before, with series
	var rate int
	for round := range b.rounds {
		w, err := b.seed(fmt.Sprintf("streams-%d", round))
		if err != nil {
			return nil, err
		}
		g, err := b.startRoomy(w, "process")
		if err != nil {
			return nil, err
		}
		if round == 0 {
			if rate, err = b.halfLoad(load{g, w.funded[:1], 200}); err != nil {
				return nil, err
			}
		}
		s, err := b.streamRound(g, w, rate)
		g.kill() // its streams would make it wait
		if err != nil {
			return nil, err
		}
		memory, before, with = append(memory, s.each), append(before, s.before), append(with, s.with)
	}
	slower := with.over(before)
	return []line{{
		what: "2,000 idle event streams: memory of each", ours: memory.text("%.1f") + " KiB", against: "–", ratio: "–",
		target: "≤ 40 KiB", verdict: verdict(memory.median() <= 40),
	}, {
		what: fmt.Sprintf("the same: others' p99 at half load (%d/s)", rate), ours: with.text("%.2f") + " ms",
		against: "no streams " + before.text("%.2f") + " ms", ratio: slower.text("%.2f"), target: "≤ 1.20",
		verdict: verdict(slower.median() <= 1.2),
	}}, nil
}

// streamRound is what one round found: KiB a stream, and milliseconds of p99 before and with the streams.
type streamRound struct{ each, before, with float64 }

func (b *bench) streamRound(g server, w world, rate int) (r streamRound, err error) {
	l := load{g, w.funded[:1], 200}
	before, empty, err := b.underLoad(g, l, rate)
	if err != nil {
		return r, err
	}
	closeAll, err := b.openStreams(g, w)
	defer closeAll()
	if err != nil {
		return r, err
	}
	with, full, err := b.underLoad(g, l, rate)
	return streamRound{each: float64(full-empty) / 1024 / idleStreams, before: before, with: with}, err
}

// underLoad is the p99 at a rate once that has lasted for a while, and the memory after it. Both of a round's are of a process
// that is at work, for what garbage it may keep until it collects is the same then.
func (b *bench) underLoad(g server, l load, rate int) (p99 float64, resident int64, err error) {
	if _, err := b.openLoop(l, rate, b.duration); err != nil {
		return 0, 0, err
	}
	if p99, err = b.tail(l, rate); err != nil {
		return 0, 0, err
	}
	resident, err = g.resident()
	return p99, resident, err
}

// openStreams opens all of them.
func (b *bench) openStreams(g server, w world) (closeAll func(), err error) {
	var open []net.Conn
	closeAll = func() {
		for _, stream := range open {
			_ = stream.Close()
		}
		b.rest()
	}
	for range idleStreams {
		stream, err := b.openStream(g.url+eventsPath, w.funded[1])
		if err != nil {
			return closeAll, fmt.Errorf("open a stream: %w", err)
		}
		open = append(open, stream)
	}
	b.rest()
	return closeAll, nil
}

// tail is the p99 at a rate.
func (b *bench) tail(l load, rate int) (float64, error) {
	h, err := b.openLoop(l, rate, b.duration)
	if err != nil {
		return 0, err
	}
	return h.percentile(0.99), h.whole()
}

// openStream calls and returns when the first event is there. It costs this program a connection and nothing else.
func (b *bench) openStream(address, key string) (net.Conn, error) {
	to, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(b.ctx, "tcp", to.Host)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", to.Path, to.Host, key); err != nil {
		return nil, err
	}
	reader := bufio.NewReaderSize(conn, 1024)
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered with %s", answer.Status)
	}
	if _, err := answer.Body.Read(make([]byte, 16)); err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Time{})
}
