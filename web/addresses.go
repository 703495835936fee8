package web

import (
	"net"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// addresses says how a request's address is found: from X-Forwarded-For only where a trusted proxy wrote it, for anyone
// can send that header. Sign-in limits are kept by address.
func addresses(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, prefix := range trusted {
		addr := prefix.Masked().Addr()
		options = append(options, echo.TrustIPRange(&net.IPNet{IP: addr.AsSlice(), Mask: net.CIDRMask(prefix.Bits(), addr.BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}
