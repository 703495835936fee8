package handlers

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/handlers/tryit"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
	"github.com/faregate/faregate/views/pages"
	"github.com/faregate/faregate/web/page"
	"github.com/faregate/faregate/web/paths"
)

// tryAnswer is what came back, as the console shows it.
func (h *Handlers) tryAnswer(c echo.Context, a tryit.Answer) *pages.TryAnswer {
	shown := &pages.TryAnswer{
		Status: a.Status, Reason: http.StatusText(a.Status), Took: a.Took, Bytes: a.Bytes, Broken: a.Broken, Late: a.Late,
		RequestID: a.Header.Get("Faregate-Request-Id"),
	}
	if charged, err := strconv.ParseInt(a.Header.Get("Faregate-Charged"), 10, 64); err == nil {
		amount := h.amount(models.Nano(charged))
		shown.Charged = &amount
	}
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		for _, value := range a.Header[name] {
			shown.Header = append(shown.Header, pages.HeaderLine{Name: name, Value: value})
		}
	}
	shown.Cut = a.Bytes > int64(len(a.Body))
	shown.Text, shown.Binary = readable(a.Header.Get("Content-Type"), a.Body, shown.Cut)
	if a.Header.Get("Faregate-Origin") == string(models.FromGateway) {
		shown.Refusal = h.tryRefusal(a.Body)
	}
	if shown.Refusal == nil && a.Status != 0 {
		shown.CallHref = paths.Call(page.ViewerOf(c).Current.Team.Slug, shown.RequestID)
	}
	return shown
}

// tryRefusal is a refusal of the gateway's with what clears it; nil if the body is none.
func (h *Handlers) tryRefusal(body []byte) *pages.TryRefusal {
	var p struct {
		Code         problem.Code `json:"code"`
		Detail       string       `json:"detail"`
		TopUpURL     string       `json:"top_up_url"`
		SubscribeURL string       `json:"subscribe_url"`
	}
	if json.Unmarshal(body, &p) != nil {
		return nil
	}
	kind, known := problem.Of(p.Code)
	if !known {
		return nil
	}
	here := func(address string) string { return strings.TrimPrefix(address, h.PublicURL) }
	return &pages.TryRefusal{Code: string(p.Code), Title: kind.Title, Detail: p.Detail, TopUp: here(p.TopUpURL), Subscribe: here(p.SubscribeURL)}
}

// hexShown is how much of a body that is no text is shown, in bytes.
const hexShown = 256

// readable is a body as people read it: JSON with its lines, other text as it is, and of anything else its beginning in
// hexadecimal. A body that is cut is not JSON any more, and may end within a character.
func readable(contentType string, body []byte, cut bool) (text string, binary bool) {
	if cut {
		for range utf8.UTFMax {
			if r, size := utf8.DecodeLastRune(body); r != utf8.RuneError || size != 1 {
				break
			}
			body = body[:len(body)-1]
		}
	}
	media, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	media = strings.TrimSpace(media)
	if media == "application/json" || strings.HasSuffix(media, "+json") {
		var tidy bytes.Buffer
		if json.Indent(&tidy, body, "", "  ") == nil {
			return tidy.String(), false
		}
	}
	if utf8.Valid(body) && !bytes.ContainsRune(body, 0) {
		return string(body), false
	}
	return hex.Dump(body[:min(len(body), hexShown)]), true
}
