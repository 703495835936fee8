package main

import (
	"strings"
	"testing"
	"time"
)

// Who waits is told what is being done, once it has taken a while, and not with every step of it.
func TestTheMeterSpeaksOnlyToThoseWhoWait(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	m := newMeter(&said)
	m.progress("copying", 1, 10)
	if said.Len() != 0 {
		t.Errorf("at once it says %q", said.String())
	}
	m.began = m.began.Add(-time.Hour)
	m.progress("copying", 2, 10)
	m.progress("copying", 3, 10)
	m.said = m.said.Add(-time.Hour)
	m.progress("copying", 9, 10)
	m.progress("checking every page", 0, 0)
	m.progress("checking every page", 0, 0)
	if want := "copying, 20 %\ncopying, 90 %\nchecking every page\n"; said.String() != want {
		t.Errorf("it says %q, want %q", said.String(), want)
	}
}
