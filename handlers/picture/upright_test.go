package picture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"github.com/faregate/faregate/handlers/picture"
)

// corners is a picture whose corners are, from the left above with the clock, red, green, blue and white.
func corners(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.Set(x, y, clockwise[[2]bool{2*x >= width, 2*y >= height}])
		}
	}
	return img
}

var clockwise = map[[2]bool]color.NRGBA{
	{false, false}: {R: 255, A: 255}, {true, false}: {G: 255, A: 255}, {true, true}: {B: 255, A: 255}, {false, true}: {R: 255, G: 255, B: 255, A: 255},
}

// exif is the Exif of a camera that names an orientation, after an entry about something else.
func exif(order binary.AppendByteOrder, mark string, orientation uint16) []byte {
	out := append([]byte("Exif\x00\x00"), mark...)
	out = order.AppendUint16(out, 42)
	out = order.AppendUint32(out, 8)
	out = order.AppendUint16(out, 2)
	for _, entry := range [][2]uint16{{0x0100, 7}, {0x0112, orientation}} {
		out = order.AppendUint16(out, entry[0])
		out = order.AppendUint16(out, 3)
		out = order.AppendUint32(out, 1)
		out = order.AppendUint16(out, entry[1])
		out = order.AppendUint16(out, 0)
	}
	return order.AppendUint32(out, 0)
}

// taken is a JPEG with an Exif, behind the segment that most programs write first.
func taken(t *testing.T, img image.Image, exif []byte) []byte {
	t.Helper()
	raw := written(t, func(out *bytes.Buffer) error { return jpeg.Encode(out, img, &jpeg.Options{Quality: 100}) })
	first := []byte("\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	second := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return slices.Concat(raw[:2], first, second, exif, raw[2:])
}

func TestAPictureOfATurnedCameraStandsUpright(t *testing.T) {
	const red, green, blue, white = "red", "green", "blue", "white"
	names := map[color.NRGBA]string{{R: 255, A: 255}: red, {G: 255, A: 255}: green, {B: 255, A: 255}: blue, {R: 255, G: 255, B: 255, A: 255}: white}
	little, big := exif(binary.LittleEndian, "II", 6), exif(binary.BigEndian, "MM", 6)
	beyond := bytes.Clone(big)
	binary.BigEndian.PutUint32(beyond[10:], 1<<31)
	as := func(orientation uint16) []byte { return exif(binary.BigEndian, "MM", orientation) }
	for _, row := range []struct {
		sentence string
		exif     []byte
		size     image.Point
		corners  [4]string // from the left above with the clock
	}{
		{"held upright", as(1), image.Pt(64, 32), [4]string{red, green, blue, white}},
		{"mirrored", as(2), image.Pt(64, 32), [4]string{green, red, white, blue}},
		{"held upside down", as(3), image.Pt(64, 32), [4]string{blue, white, red, green}},
		{"upside down and mirrored", as(4), image.Pt(64, 32), [4]string{white, blue, green, red}},
		{"lying and mirrored", as(5), image.Pt(32, 64), [4]string{red, white, blue, green}},
		{"lying on its left", as(6), image.Pt(32, 64), [4]string{white, red, green, blue}},
		{"lying and mirrored the other way", as(7), image.Pt(32, 64), [4]string{blue, green, red, white}},
		{"lying on its right", as(8), image.Pt(32, 64), [4]string{green, blue, white, red}},
		{"by a machine that begins with the low byte", little, image.Pt(32, 64), [4]string{white, red, green, blue}},
		{"an orientation that there is not stays", as(9), image.Pt(64, 32), [4]string{red, green, blue, white}},
		{"Exif that breaks off stays", big[:len(big)-20], image.Pt(64, 32), [4]string{red, green, blue, white}},
		{"Exif of no more than its name stays", big[:6], image.Pt(64, 32), [4]string{red, green, blue, white}},
		{"Exif that points beyond itself stays", beyond, image.Pt(64, 32), [4]string{red, green, blue, white}},
	} {
		t.Run(row.sentence, func(t *testing.T) {
			raw, err := picture.Draw(taken(t, corners(128, 64), row.exif), limits)
			if err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(bytes.NewReader(raw))
			if err != nil || img.Bounds().Size() != row.size {
				t.Fatalf("it is %v, want %v; %v", img.Bounds(), row.size, err)
			}
			right, below := row.size.X-4, row.size.Y-4
			for i, at := range []image.Point{{3, 3}, {right, 3}, {right, below}, {3, below}} {
				got := color.NRGBAModel.Convert(img.At(at.X, at.Y)).(color.NRGBA)
				if name := nearest(got, names); name != row.corners[i] {
					t.Errorf("at %v it is %s (%v), want %s", at, name, got, row.corners[i])
				}
			}
			if bytes.Contains(raw, []byte("Exif")) {
				t.Error("what the camera noted is in it")
			}
		})
	}
}

func nearest(c color.NRGBA, names map[color.NRGBA]string) string {
	for known, name := range names {
		if !far(c, known) {
			return name
		}
	}
	return fmt.Sprint(c)
}
