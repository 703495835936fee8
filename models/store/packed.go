package store

import (
	"bytes"
	"compress/flate"
	"io"
)

// packed is bytes as they are stored: deflated where that is shorter.
type packed struct {
	Deflated bool
	Bytes    []byte
}

// packer deflates one piece after the other. What it needs for that is large, so many pieces share one.
type packer struct {
	writer *flate.Writer
	buffer bytes.Buffer
}

func newPacker() (*packer, error) {
	p := &packer{}
	var err error
	p.writer, err = flate.NewWriter(&p.buffer, flate.DefaultCompression)
	return p, err
}

func (p *packer) pack(raw []byte) (packed, error) {
	p.buffer.Reset()
	p.writer.Reset(&p.buffer)
	if _, err := p.writer.Write(raw); err != nil {
		return packed{}, err
	}
	if err := p.writer.Close(); err != nil {
		return packed{}, err
	}
	if p.buffer.Len() >= len(raw) {
		if raw == nil {
			raw = []byte{} // no bytes are not the same as none known
		}
		return packed{Bytes: raw}, nil
	}
	return packed{Deflated: true, Bytes: bytes.Clone(p.buffer.Bytes())}, nil
}

// pack is for a single piece.
func pack(raw []byte) (packed, error) {
	p, err := newPacker()
	if err != nil {
		return packed{}, err
	}
	return p.pack(raw)
}

func (p packed) unpack() ([]byte, error) {
	if !p.Deflated {
		return p.Bytes, nil
	}
	return io.ReadAll(flate.NewReader(bytes.NewReader(p.Bytes)))
}
