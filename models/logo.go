package models

// A logo as it is sent, and as it is kept and shown.
const (
	MaxLogo     = 1 << 20 // bytes
	MaxLogoSide = 4096    // pixels, in width and in height
	LogoSide    = 256     // pixels: what is larger is drawn smaller
)
