package handlers

import (
	"encoding/csv"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/web/page"
)

// exportSlice is how many rows of a list are read at a time.
const exportSlice = 200

// sendCSV writes a list as a file that a browser saves under a name. It is read and sent a slice at a time: read returns the rows
// of one and the cursor of the next. Once the first is out there is no status left that could say that another failed, so the
// connection is cut: half a file must not look like a whole one.
func (h *Handlers) sendCSV(c echo.Context, name string, columns []string, read func(models.Page) (rows [][]string, next string, err error)) error {
	if c.Request().Method == http.MethodHead {
		beginCSV(c, name, columns) // which is not sent
		return c.NoContent(http.StatusOK)
	}
	var file *csv.Writer
	for at := (models.Page{Limit: exportSlice}); ; {
		rows, next, err := read(at)
		if err != nil && file == nil {
			return err
		}
		if err == nil {
			if file == nil {
				file = beginCSV(c, name, columns)
			}
			err = writeCSV(file, rows)
		}
		if err != nil {
			h.Log.ErrorContext(ctx(c), "a list was cut short", "file", name, "err", err, "request_id", page.MetaOf(c).RequestID)
			panic(http.ErrAbortHandler)
		}
		if at.After = next; next == "" {
			return nil
		}
	}
}

// beginCSV begins a file that a browser saves under a name.
func beginCSV(c echo.Context, name string, columns []string) *csv.Writer {
	header := c.Response().Header()
	header.Set("Content-Type", "text/csv; charset=utf-8")
	header.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	header.Set("Cache-Control", "private, no-store")
	file := csv.NewWriter(c.Response())
	file.UseCRLF = true     // RFC 4180
	_ = file.Write(columns) // an error stays, and Flush tells it
	return file
}

// writeCSV writes rows, and has them on their way.
func writeCSV(file *csv.Writer, rows [][]string) error {
	for _, row := range rows {
		for i, cell := range row {
			row[i] = plainCell(cell)
		}
		_ = file.Write(row) // an error stays, and Flush tells it
	}
	file.Flush()
	return file.Error()
}
