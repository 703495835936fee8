//go:build !unix

package http1

// quiet would say whether nothing has come on an idle connection. Where one cannot look without waiting, none is used twice.
func (c *conn) quiet() bool { return c.raw == nil }
