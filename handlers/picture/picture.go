// Package picture makes the pictures that people send safe to show to others: they are decoded and drawn anew, so that no byte that
// was sent is ever served.
package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"github.com/faregate/faregate/models"
)

// Limits are what is taken, and what is made of it.
type Limits struct {
	Side  int // the largest width and height that is decoded, in pixels
	Drawn int // the same of the picture that is made
}

// format is a kind of picture that is taken. What a file is called does not matter.
type format struct {
	begins      string
	pass        string // the mark of one more pass over all pixels; "" where there is only one
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
	orientation func([]byte) uint16 // which way up the camera was held; nil where no camera writes this
}

var formats = []format{
	{"\x89PNG\r\n\x1a\n", "", png.DecodeConfig, png.Decode, nil},
	{"\xff\xd8\xff", "\xff\xda", jpeg.DecodeConfig, jpeg.Decode, orientationOf},
	{"GIF8", "", gif.DecodeConfig, gif.Decode, nil}, // the first picture of several
	{"RIFF", "", webp.DecodeConfig, webp.Decode, nil},
}

// maxPasses is far more than programs make that save JPEGs, which is about ten.
const maxPasses = 100

// What people read whose picture is not taken.
const (
	svgRefused  models.Sentence = "An SVG is not taken: it can hold scripts, and load what it likes from elsewhere. Export it as a PNG."
	notAPicture models.Sentence = "This is no PNG, JPEG, GIF or WebP picture, or it is damaged. Export it once more; a WebP picture must not move."
	manyPasses  models.Sentence = "This JPEG is saved in far too many passes. Export it once more, or as a PNG."
)

// svgWithin is how far into a file the root of an SVG is looked for, in bytes.
const svgWithin = 4096

// one is held while a picture is decoded.
var one sync.Mutex

// Draw returns a PNG of a picture that is PNG, JPEG, GIF or WebP, in its proportions and with what is transparent in it. What is
// smaller stays as small as it is. A models.Sentence says why a picture is not taken.
//
// The bytes may be hostile, and they are decoded in this process. That is enough because what decoding takes is bounded by the width
// and height, which are read beforehand from the header that the decoder goes by, and which each of these decoders holds every part of
// the picture to: 4096 by 4096 pixels take at most about 450 MiB for a moment (a progressive JPEG of four colours), and one picture is
// decoded at a time. Only a progressive JPEG can have the same pixels gone through over and over; so its passes are counted too. The
// decoders are written in Go: what they do not expect is an error, or a panic that ends no more than the request.
func Draw(raw []byte, limits Limits) ([]byte, error) {
	f, known := formatOf(raw)
	if !known && bytes.Contains(bytes.ToLower(raw[:min(len(raw), svgWithin)]), []byte("<svg")) {
		return nil, svgRefused
	}
	if !known {
		return nil, notAPicture
	}
	config, err := f.config(bytes.NewReader(raw))
	switch {
	case err != nil || config.Width < 1 || config.Height < 1:
		return nil, notAPicture
	case config.Width > limits.Side || config.Height > limits.Side:
		return nil, models.Sentence(fmt.Sprintf("The picture is %d × %d pixels. Make it smaller: at most %d × %d are taken, and %d × %d are shown.",
			config.Width, config.Height, limits.Side, limits.Side, limits.Drawn, limits.Drawn))
	case f.pass != "" && bytes.Count(raw, []byte(f.pass)) > maxPasses:
		return nil, manyPasses
	}
	one.Lock()
	defer one.Unlock()
	sent, err := f.decode(bytes.NewReader(raw))
	if err != nil {
		return nil, notAPicture
	}
	drawn := image.NewRGBA(fit(sent.Bounds(), limits.Drawn))
	draw.CatmullRom.Scale(drawn, drawn.Bounds(), sent, sent.Bounds(), draw.Src, nil)
	if f.orientation != nil {
		drawn = upright(drawn, f.orientation(raw))
	}
	var out bytes.Buffer
	err = png.Encode(&out, drawn)
	return out.Bytes(), err
}

func formatOf(raw []byte) (f format, known bool) {
	for _, f := range formats {
		if bytes.HasPrefix(raw, []byte(f.begins)) {
			return f, true
		}
	}
	return format{}, false
}

// fit is as large a picture in the proportions of another as has no side longer than this, and is not larger than the other.
func fit(sent image.Rectangle, side int) image.Rectangle {
	width, height := sent.Dx(), sent.Dy()
	if longer := max(width, height); longer > side {
		width, height = max(1, width*side/longer), max(1, height*side/longer)
	}
	return image.Rect(0, 0, width, height)
}
