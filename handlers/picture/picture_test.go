package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/faregate/faregate/handlers/picture"
	"github.com/faregate/faregate/models"
)

var (
	limits = picture.Limits{Side: 400, Drawn: 64}
	teal   = color.NRGBA{R: 0, G: 128, B: 128, A: 255}
	red    = color.NRGBA{R: 255, A: 255}
	glass  = color.NRGBA{R: 255, A: 128}
)

func plain(width, height int, c color.Color) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, c)
		}
	}
	return img
}

func written(t *testing.T, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAPictureIsDrawnAnew(t *testing.T) {
	asPNG := func(img image.Image) []byte {
		return written(t, func(out *bytes.Buffer) error { return png.Encode(out, img) })
	}
	moving := written(t, func(out *bytes.Buffer) error {
		frames := &gif.GIF{Delay: []int{1, 1}}
		for _, c := range []color.Color{teal, red} {
			frame := image.NewPaletted(image.Rect(0, 0, 20, 10), append(color.Palette{c}, palette.WebSafe...))
			frames.Image = append(frames.Image, frame)
		}
		return gif.EncodeAll(out, frames)
	})
	secret := asPNG(plain(10, 10, teal))
	secret = append(secret, "<script>alert(1)</script>"...)
	for _, row := range []struct {
		sentence string
		sent     []byte
		size     image.Point
		colour   color.NRGBA
	}{
		{"a PNG", asPNG(plain(64, 64, teal)), image.Pt(64, 64), teal},
		{"a wide PNG keeps its proportions", asPNG(plain(400, 100, teal)), image.Pt(64, 16), teal},
		{"one pixel", asPNG(plain(1, 1, teal)), image.Pt(1, 1), teal},
		{"a PNG that is an archive, too", append(asPNG(plain(10, 10, teal)), "PK\x03\x04script.js"...), image.Pt(10, 10), teal},
		{"a line keeps a width", asPNG(plain(1, 400, teal)), image.Pt(1, 64), teal},
		{"a small PNG stays small", asPNG(plain(3, 2, teal)), image.Pt(3, 2), teal},
		{"what shines through still does", asPNG(plain(100, 100, glass)), image.Pt(64, 64), glass},
		{"what is written behind the picture is gone", secret, image.Pt(10, 10), teal},
		{"a JPEG", written(t, func(out *bytes.Buffer) error { return jpeg.Encode(out, plain(128, 64, teal), nil) }), image.Pt(64, 32), teal},
		{"a JPEG for printers", cmyk(255, 0, 0, 255), image.Pt(8, 8), red},
		{"of a GIF that moves the first picture", moving, image.Pt(20, 10), teal},
		{"a WebP", webp(100, 50, teal), image.Pt(64, 32), teal},
		{"a WebP that is half transparent", webp(10, 10, glass), image.Pt(10, 10), glass},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			raw, err := picture.Draw(row.sent, limits)
			if err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(bytes.NewReader(raw))
			if err != nil || img.Bounds() != (image.Rectangle{Max: row.size}) {
				t.Fatalf("drawn with %v, want %v; %v", img.Bounds(), row.size, err)
			}
			if got := color.NRGBAModel.Convert(img.At(row.size.X/2, row.size.Y/2)).(color.NRGBA); far(got, row.colour) {
				t.Errorf("it is %v, want %v", got, row.colour)
			}
			if bytes.Contains(raw, []byte("script")) {
				t.Error("what was sent is in it")
			}
		})
	}
}

// far says whether two colours differ by more than a lossy format may make them.
func far(a, b color.NRGBA) bool {
	for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B), int(a.A) - int(b.A)} {
		if d > 3 || d < -3 {
			return true
		}
	}
	return false
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	whole := written(t, func(out *bytes.Buffer) error { return png.Encode(out, plain(50, 50, teal)) })
	bomb := written(t, func(out *bytes.Buffer) error {
		return gif.Encode(out, image.NewPaletted(image.Rect(0, 0, 1, 1), palette.WebSafe), nil)
	})
	copy(bomb[6:], "\xff\xff\xff\xff") // the width and height of the whole
	frame := bytes.Clone(bomb)
	copy(frame[6:], "\x01\x00\x01\x00")
	at := bytes.IndexByte(frame[13+3*256:], 0x2c) + 13 + 3*256
	copy(frame[at+5:], "\xff\xff\xff\xff") // and of the picture in it
	thirty := bytes.Clone(whole)
	copy(thirty[16:], "\x00\x00\x75\x30\x00\x00\x75\x30")
	binary.BigEndian.PutUint32(thirty[29:], crc32.ChecksumIEEE(thirty[12:29]))
	moving := riff("VP8X", "\x02\x00\x00\x00\x09\x00\x00\x09\x00\x00", "ANIM", "\x00\x00\x00\x00\x00\x00", "ANMF", strings.Repeat("\x00", 16)+"VP8L")
	hidden := riff("VP8X", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "VP8L", string(vp8l(16384, 16384, teal)))
	for _, row := range []struct {
		sentence string
		sent     []byte
		says     string
	}{
		{"nothing", nil, "This is no PNG"},
		{"a text that is called picture.png", []byte("Hello."), "This is no PNG"},
		{"a document that is called picture.png", []byte("%PDF-1.7"), "This is no PNG"},
		{"an SVG", []byte("<?xml version=\"1.0\"?>\n<!-- hi -->\n<SVG xmlns=\"http://www.w3.org/2000/svg\"/>"), "scripts"},
		{"a page that begins with an SVG's root", []byte("<svg/onload=alert(1)>"), "scripts"},
		{"no more than the first bytes of a PNG", whole[:8], "damaged"},
		{"no more than the first bytes of a JPEG", []byte("\xff\xd8\xff"), "damaged"},
		{"a PNG of 30,000 by 30,000 pixels in a few bytes", thirty, "30000 × 30000 pixels"},
		{"a WebP that moves", moving, "must not move"},
		{"a PNG that breaks off", whole[:len(whole)/2], "damaged"},
		{"a PNG that is damaged", bytes.Replace(whole, []byte("IDAT"), []byte("IDAX"), 1), "damaged"},
		{"a PNG that is one pixel too wide", written(t, func(out *bytes.Buffer) error { return png.Encode(out, plain(401, 4, teal)) }), "401 × 4 pixels. Make it smaller: at most 400 × 400"},
		{"a GIF that says it is enormous", bomb, "65535 × 65535 pixels"},
		{"a GIF that says it is small and has something enormous in it", frame, "damaged"},
		{"a WebP that says it is enormous", webp(16384, 16384, teal), "16384 × 16384 pixels"},
		{"a WebP that says it is small and has something enormous in it", hidden, "damaged"},
		{"a sound in the wrapping of a WebP", []byte("RIFF\x04\x00\x00\x00WAVE"), "damaged"},
		{"a JPEG whose pixels are gone through a thousand times", append(cmyk(0, 0, 0, 0), strings.Repeat("\xff\xda\x00\x02", 1000)...), "passes"},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			raw, err := picture.Draw(row.sent, limits)
			var said models.Sentence
			if !errors.As(err, &said) || !strings.Contains(said.Error(), row.says) || raw != nil {
				t.Errorf("%d bytes, %v; want %q", len(raw), err, row.says)
			}
		})
	}
}

// cmyk is a JPEG of 8 by 8 pixels of one colour, in the inverted inks of Adobe's programs, which is how printers' pictures come.
func cmyk(inks ...byte) []byte {
	var out bytes.Buffer
	segment := func(marker byte, content ...byte) {
		out.Write([]byte{0xff, marker, 0, byte(len(content) + 2)})
		out.Write(content)
	}
	out.WriteString("\xff\xd8")
	segment(0xee, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, 0)...)
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...) // nothing is rounded
	segment(0xc0, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0)
	segment(0xc4, 0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) // twelve codes of four bits
	segment(0xc4, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)                                     // one of one bit: no more of this block
	segment(0xda, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0)
	var bits bitsFirst
	for _, ink := range inks {
		level := 8 * (int(ink) - 128)
		size := 0
		for magnitude := max(level, -level); magnitude > 0; magnitude >>= 1 {
			size++
		}
		if level < 0 {
			level += 1<<size - 1
		}
		bits.add(size, 4)
		bits.add(level, size)
		bits.add(0, 1)
	}
	out.Write(bits.bytes())
	out.WriteString("\xff\xd9")
	return out.Bytes()
}

// bitsFirst are bits from the highest to the lowest, as JPEG has them.
type bitsFirst struct{ bits []byte }

func (b *bitsFirst) add(value, size int) {
	for i := size - 1; i >= 0; i-- {
		b.bits = append(b.bits, byte(value>>i&1))
	}
}

func (b *bitsFirst) bytes() (out []byte) {
	for len(b.bits)%8 != 0 {
		b.bits = append(b.bits, 1)
	}
	for i := 0; i < len(b.bits); i += 8 {
		var one byte
		for _, bit := range b.bits[i : i+8] {
			one = one<<1 | bit
		}
		if out = append(out, one); one == 0xff {
			out = append(out, 0)
		}
	}
	return out
}

// webp is a WebP of one colour. However large it says it is, it has a few bytes.
func webp(width, height int, c color.NRGBA) []byte {
	return riff("VP8L", string(vp8l(width, height, c)))
}

func riff(chunks ...string) []byte {
	body := "WEBP"
	for i := 0; i < len(chunks); i += 2 {
		size := len(chunks[i+1])
		body += chunks[i] + string([]byte{byte(size), byte(size >> 8), 0, 0}) + chunks[i+1] + strings.Repeat("\x00", size%2)
	}
	return append([]byte{'R', 'I', 'F', 'F', byte(len(body)), byte(len(body) >> 8), 0, 0}, body...)
}

// vp8l says a colour by five codes of one symbol each, which then take no bits at all for a pixel.
func vp8l(width, height int, c color.NRGBA) []byte {
	out, filled := []byte{0x2f}, 0
	add := func(value, size int) {
		for i := range size {
			if filled%8 == 0 {
				out = append(out, 0)
			}
			out[len(out)-1] |= byte(value>>i&1) << (filled % 8)
			filled++
		}
	}
	add(width-1, 14)
	add(height-1, 14)
	add(1, 1) // has transparency
	add(0, 3) // version
	add(0, 3) // no transform, no cache of colours, the same codes everywhere
	for _, symbol := range []byte{c.G, c.R, c.B, c.A} {
		add(0b101, 3) // a simple code, of one symbol, of eight bits
		add(int(symbol), 8)
	}
	add(0b001, 3)
	add(0, 1) // distances, of which there are none
	return out
}
