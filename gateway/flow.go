package gateway

import (
	"io"
	"net/http"
)

// flow copies an answer piece by piece as it arrives and keeps back the last bytes of what it has read.
type flow struct {
	to      http.ResponseWriter
	control *http.ResponseController
	keep    int // at most this many bytes, and of one read only; at most half the buffer
	bytes   int64
	buffer  buffer
	kept    int // bytes at the buffer's beginning
}

// copy hands the header on, then everything up to the bytes that are kept back. read is what the upstream ended with, nil
// for a proper end; write is why the caller could not be reached.
func (f *flow) copy(from io.Reader) (read, write error) {
	if write = f.control.Flush(); write != nil {
		return nil, write
	}
	if f.keep > idleSize/2 {
		f.buffer.large()
	}
	for {
		var n int
		all := f.buffer.bytes()
		n, read = from.Read(all[f.kept : f.kept+len(all)-f.keep])
		if write = f.pass(n); write != nil {
			return nil, write
		}
		if read == io.EOF {
			return nil, nil
		}
		if read != nil {
			return read, nil
		}
		if f.keep <= idleSize/2 {
			f.buffer.fit(n, f.kept)
		}
	}
}

// pass writes what was kept back before and the n bytes after it, up to what is kept back now.
func (f *flow) pass(n int) error {
	if n == 0 {
		return nil
	}
	f.bytes += int64(n)
	all, end := f.buffer.bytes(), f.kept+n
	f.kept = min(n, f.keep)
	if err := f.write(all[:end-f.kept]); err != nil {
		return err
	}
	copy(all, all[end-f.kept:end])
	return nil
}

func (f *flow) write(piece []byte) error {
	if len(piece) == 0 {
		return nil
	}
	if _, err := f.to.Write(piece); err != nil {
		return err
	}
	return f.control.Flush()
}

// finish writes what is still kept back. The buffer is used again only after a flow that came to its end: HTTP/2 may still
// be reading one whose write it gave up.
func (f *flow) finish() {
	if f.write(f.buffer.bytes()[:f.kept]) == nil {
		f.buffer.release()
	}
}
