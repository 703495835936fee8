package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// A camera stores what its sensor saw and notes in Exif which way up it was held. The note is not in the picture that is made; so the
// picture is turned.

// turns says where a pixel of the upright picture stands in one of this width and height, by the orientation that Exif names.
var turns = map[uint16]func(x, y, width, height int) (int, int){
	2: func(x, y, width, _ int) (int, int) { return width - 1 - x, y },
	3: func(x, y, width, height int) (int, int) { return width - 1 - x, height - 1 - y },
	4: func(x, y, _, height int) (int, int) { return x, height - 1 - y },
	5: func(x, y, _, _ int) (int, int) { return y, x },
	6: func(x, y, _, height int) (int, int) { return y, height - 1 - x },
	7: func(x, y, width, height int) (int, int) { return width - 1 - y, height - 1 - x },
	8: func(x, y, width, _ int) (int, int) { return width - 1 - y, x },
}

// lying is the first orientation of those whose width is the upright picture's height.
const lying = 5

// upright turns a picture that was taken in an orientation.
func upright(taken *image.RGBA, orientation uint16) *image.RGBA {
	turn, needed := turns[orientation]
	if !needed {
		return taken
	}
	width, height := taken.Bounds().Dx(), taken.Bounds().Dy()
	size := taken.Bounds()
	if orientation >= lying {
		size = image.Rect(0, 0, height, width)
	}
	turned := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			turned.SetRGBA(x, y, taken.RGBAAt(turn(x, y, width, height)))
		}
	}
	return turned
}

const (
	jpegScan = 0xda // the marker before the pixels: what is about them stands before it
	jpegExif = 0xe1
)

// orientationOf reads the orientation that the Exif of a JPEG names. It is 0 where there is none that can be read: then the picture
// is shown as it is stored, as browsers do.
func orientationOf(jpeg []byte) uint16 {
	for at := 2; at+4 <= len(jpeg) && jpeg[at] == 0xff && jpeg[at+1] != jpegScan; {
		end := at + 2 + int(binary.BigEndian.Uint16(jpeg[at+2:]))
		if end < at+4 || end > len(jpeg) {
			return 0
		}
		if exif, is := bytes.CutPrefix(jpeg[at+4:end], []byte("Exif\x00\x00")); is && jpeg[at+1] == jpegExif {
			return tiffOrientation(exif)
		}
		at = end
	}
	return 0
}

const (
	tiffEntry       = 12 // bytes of an entry: tag, type, count, value
	orientationTag  = 0x0112
	orientationType = 3 // a number of two bytes
)

// tiffOrientation finds the orientation in the first directory of a TIFF, which is what Exif is.
func tiffOrientation(tiff []byte) uint16 {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(tiff, []byte("II")) {
		order = binary.LittleEndian
	}
	first := uint64(order.Uint32(tiff[4:]))
	if first+2 > uint64(len(tiff)) {
		return 0
	}
	entries := tiff[first+2:]
	for range order.Uint16(tiff[first:]) {
		if len(entries) < tiffEntry {
			return 0
		}
		if order.Uint16(entries) == orientationTag && order.Uint16(entries[2:]) == orientationType {
			return order.Uint16(entries[8:])
		}
		entries = entries[tiffEntry:]
	}
	return 0
}
