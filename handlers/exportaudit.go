package handlers

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/page"
)

// ExportAudit sends the entries of a team that the filter leaves, as a file.
func (h *Handlers) ExportAudit(c echo.Context, m models.Membership) error {
	zone, err := teamZone(m.Team)
	if err != nil {
		return err
	}
	filter, shown := auditFilter(c, zone)
	filter.TeamSlug, shown.Team = "", ""
	return h.exportAudit(c, auditExport{
		name: m.Team.Slug, teamID: m.Team.ID, filter: shown.Of(""),
		read: func(ctx context.Context, p models.Page) (models.Paged[models.AuditListing], error) {
			return h.store.TeamAudit(ctx, m.Team.ID, filter, p)
		},
	})
}

// ExportAdminAudit sends the entries of all teams and of none that the filter leaves, as a file.
func (h *Handlers) ExportAdminAudit(c echo.Context) error {
	filter, shown := auditFilter(c, time.UTC)
	return h.exportAudit(c, auditExport{
		name: "portal", filter: shown.Of(""),
		read: func(ctx context.Context, p models.Page) (models.Paged[models.AuditListing], error) {
			return h.store.Audit(ctx, filter, p)
		},
	})
}

// auditExport is what is exported: the pages of a list.
type auditExport struct {
	name   string // of the file
	teamID string // "" for the platform's list
	filter string // for the record, as an address has it
	read   func(ctx context.Context, p models.Page) (models.Paged[models.AuditListing], error)
}

// exportPage is how many entries are read at a time. Each read is a short one of its own, however long the file becomes.
const exportPage = 200

// exportAudit streams a list, newest first. That it was taken is in the audit before its first byte leaves; entries that come
// while it is on its way are not in it. A failure on the way cuts the answer, so that half a file does not pass for a whole one.
func (h *Handlers) exportAudit(c echo.Context, e auditExport) error {
	format, ok := auditFormats[cmp.Or(c.FormValue("format"), "csv")]
	if !ok {
		return echo.NewHTTPError(http.StatusBadRequest, "The form asks for a kind of file that this page does not make.")
	}
	entries, err := e.read(ctx(c), models.Page{Limit: exportPage})
	if err != nil {
		return err
	}
	if err := h.store.RecordExport(ctx(c), actor(c), e.teamID, strings.TrimSpace(format.label+" "+e.filter)); err != nil {
		return err
	}
	name := "audit-" + e.name + "-" + h.Clock.Now().UTC().Format(time.DateOnly) + "." + format.extension
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, format.media)
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	header.Set(echo.HeaderCacheControl, "no-store")
	c.Response().WriteHeader(http.StatusOK)
	if err := sendAudit(c, format.open(c.Response()), e, entries); err != nil {
		h.Log.WarnContext(ctx(c), "an export was cut", "err", err, "request_id", page.MetaOf(c).RequestID)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// sendAudit writes the first page and those after it.
func sendAudit(c echo.Context, file auditFile, e auditExport, entries models.Paged[models.AuditListing]) (err error) {
	for {
		for _, l := range entries.Rows {
			if err := file.write(recordOf(l)); err != nil {
				return err
			}
		}
		if err := file.flush(); err != nil {
			return err
		}
		c.Response().Flush()
		if entries.Next == "" {
			return nil
		}
		if entries, err = e.read(ctx(c), models.Page{After: entries.Next, Limit: exportPage}); err != nil {
			return err
		}
	}
}

// auditRecord is an entry in a file.
type auditRecord struct {
	Time       string               `json:"time"` // RFC 3339, UTC
	UserID     string               `json:"user_id"`
	Name       string               `json:"name"` // "Ada Admin as Carl Consumer" where an administrator acted through the account
	Mail       string               `json:"mail"`
	Team       string               `json:"team"` // short name
	Action     string               `json:"action"`
	Words      string               `json:"what"`
	Object     string               `json:"object"`
	ObjectName string               `json:"object_name"`
	Details    string               `json:"details"`
	Changes    []models.AuditChange `json:"changes"`
	Address    string               `json:"address"`
	RequestID  string               `json:"request_id"`
	ID         string               `json:"id"`
	TokenID    string               `json:"token_id"` // of the API token by which it was done, "" if by none
	Token      string               `json:"token"`    // its name

	ImpersonatorID string `json:"impersonator_id,omitempty"`
}

func recordOf(l models.AuditListing) auditRecord {
	e, name := l.Entry, l.UserName
	switch {
	case l.Operator:
		name = "An administrator of this portal"
	case e.UserID == "" && e.TokenID != "":
		name = "A token of the team"
	case e.UserID == "":
		name = "The system"
	case e.ImpersonatorID != "":
		name = l.ImpersonatorName + " as " + name
	}
	return auditRecord{
		Time: e.CreatedAt.UTC().Format("2006-01-02T15:04:05.000Z07:00"), UserID: e.UserID, Name: name, TokenID: e.TokenID, Token: l.TokenName, Mail: l.UserEmail, Team: l.TeamSlug,
		Action: string(e.Action), Words: e.Action.Words(), Object: e.Subject, ObjectName: l.Subject.Name, Details: e.Details, Changes: e.Changes,
		Address: e.Address, RequestID: e.RequestID, ID: e.ID, ImpersonatorID: e.ImpersonatorID,
	}
}

// auditFile is a file in the making.
type auditFile interface {
	write(r auditRecord) error
	flush() error
}

// auditFormats are the kinds of files, by the value that the form has for them.
var auditFormats = map[string]struct {
	label, extension, media string
	open                    func(io.Writer) auditFile
}{
	"csv":   {"CSV", "csv", "text/csv; charset=utf-8", newAuditCSV},
	"jsonl": {"JSON lines", "jsonl", "application/x-ndjson", func(w io.Writer) auditFile { return auditLines{json.NewEncoder(w)} }},
}

type auditLines struct{ *json.Encoder }

func (f auditLines) write(r auditRecord) error { return f.Encode(r) }
func (f auditLines) flush() error              { return nil }

type auditCSV struct{ *csv.Writer }

func newAuditCSV(w io.Writer) auditFile {
	f := auditCSV{csv.NewWriter(w)}
	f.UseCRLF = true      // RFC 4180
	_ = f.Write([]string{ // flush tells of an error
		"time", "user_id", "name", "mail", "team", "action", "what", "object", "object_name", "details", "changes", "address", "request_id", "id",
		"impersonator_id", "token_id", "token",
	})
	return f
}

func (f auditCSV) write(r auditRecord) error {
	changes := make([]string, len(r.Changes))
	for i, c := range r.Changes {
		changes[i] = c.Field + ": " + c.Before + " → " + c.After
	}
	cells := []string{
		r.Time, r.UserID, r.Name, r.Mail, r.Team, r.Action, r.Words, r.Object, r.ObjectName, r.Details, strings.Join(changes, "; "), r.Address, r.RequestID, r.ID,
		r.ImpersonatorID, r.TokenID, r.Token,
	}
	for i := range cells {
		cells[i] = plainCell(cells[i])
	}
	return f.Write(cells)
}

func (f auditCSV) flush() error {
	f.Flush()
	return f.Error()
}

// plainCell keeps a spreadsheet from taking a text that somebody typed for a formula.
func plainCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
