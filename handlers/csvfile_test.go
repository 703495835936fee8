package handlers

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/faregate/faregate/models"
)

// Whoever asks only for the header of a file has nothing read for it.
func TestTheHeaderOfAFileReadsNoList(t *testing.T) {
	answer := httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequest(http.MethodHead, "/keys.csv", http.NoBody), answer)
	err := new(Handlers).sendCSV(c, "keys.csv", []string{"id"}, func(models.Page) ([][]string, string, error) {
		t.Error("the list is read")
		return nil, "", nil
	})
	if err != nil || answer.Code != http.StatusOK || answer.Body.Len() != 0 || answer.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("it answers %d %v %q, %v", answer.Code, answer.Header(), answer.Body, err)
	}
}
