package web

import "github.com/labstack/echo/v4/middleware"

// compressed is for pages that are long and hold no secret: what is compressed together with what somebody else may choose tells
// by its length what it holds. It is put on single routes for that reason, and on none that shows keys or forms.
var compressed = middleware.GzipWithConfig(middleware.GzipConfig{MinLength: 2048})
