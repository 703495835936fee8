package billing_test

import (
	"testing"
	"time"

	"github.com/faregate/faregate/billing"
	"github.com/faregate/faregate/models"
	"github.com/faregate/faregate/models/problem"
)

func TestWhichOperationsAKeyMayCall(t *testing.T) {
	op := func(api, method, path string) models.Operation {
		return models.Operation{APIID: api, Method: method, Path: path}
	}
	reports := []models.Operation{op("", "GET", "/reports/{id}")}
	for _, row := range []struct {
		sentence   string
		operations []models.Operation
		call       [3]string
		may        bool
	}{
		{"without operations a key calls everything", nil, [3]string{"api_1", "DELETE", "/x"}, true},
		{"the operation itself", reports, [3]string{"api_1", "GET", "/reports/7"}, true},
		{"HEAD goes with GET", reports, [3]string{"api_1", "HEAD", "/reports/7"}, true},
		{"another method does not", reports, [3]string{"api_1", "POST", "/reports/7"}, false},
		{"a method counts without regard to case", reports, [3]string{"api_1", "post", "/reports/7"}, false},
		{"a longer path", reports, [3]string{"api_1", "GET", "/reports/7/secrets"}, false},
		{"a shorter path", reports, [3]string{"api_1", "GET", "/reports"}, false},
		{"the root is a path", []models.Operation{op("", "", "/")}, [3]string{"api_1", "GET", ""}, true},
		{"an escaped slash may be one to the upstream", reports, [3]string{"api_1", "GET", "/reports/7%2Fsecrets"}, false},
		{"so may one that is escaped twice", reports, [3]string{"api_1", "GET", "/reports/7%252Fsecrets"}, false},
		{"and a backslash", reports, [3]string{"api_1", "GET", "/reports/7%5Csecrets"}, false},
		{"an escaped letter is that letter", reports, [3]string{"api_1", "GET", "/%72eports/7"}, true},
		{"text has its own case: where the upstream has none, another operation could hide behind it", reports, [3]string{"api_1", "GET", "/Reports/7"}, false},
		{"a semicolon may cut the segment", []models.Operation{op("", "", "/me;x")}, [3]string{"api_1", "GET", "/me;y"}, false},
		{"a slash at the end may be another operation", reports, [3]string{"api_1", "GET", "/reports/7/"}, false},
		{"a rest takes what follows", []models.Operation{op("", "", "/files/{rest...}")}, [3]string{"api_1", "PUT", "/files/a/b%2Fc"}, true},
		{"a rest is not reached from beside it", []models.Operation{op("", "", "/files/{rest...}")}, [3]string{"api_1", "GET", "/filesystem"}, false},
		{"one of several is enough", append([]models.Operation{op("", "", "/a")}, reports...), [3]string{"api_1", "GET", "/reports/7"}, true},
		{"an operation of the API", []models.Operation{op("api_1", "GET", "/a")}, [3]string{"api_1", "GET", "/a"}, true},
		{"an operation of another API", []models.Operation{op("api_2", "GET", "/a")}, [3]string{"api_1", "GET", "/a"}, false},
	} {
		key := billing.KeyTerms{Operations: row.operations}
		if got := key.MayCall(row.call[0], row.call[1], row.call[2]); got != row.may {
			t.Errorf("%s: %t", row.sentence, got)
		}
	}
}

func TestOperationsAreJudgedWhereTheKeysAPIsAre(t *testing.T) {
	c := billing.Case{
		Now: time.Unix(1, 0), Key: billing.KeyTerms{TeamID: "team_1", State: models.KeyActive, Operations: []models.Operation{{Method: "GET", Path: "/a"}}},
		Version: billing.VersionTerms{APIID: "api_1", OwnerTeamID: "team_2", Visibility: models.Public, State: models.Retired}, Method: "POST", Path: "/a",
	}
	if d := billing.Decide(&c); d.Code != problem.InsufficientScope {
		t.Errorf("before the version's state: %q", d.Code)
	}
	c.Method = "GET"
	if d := billing.Decide(&c); d.Code != problem.APIRetired {
		t.Errorf("an allowed operation: %q", d.Code)
	}
	c.Method, c.Path = "", ""
	if d := billing.Decide(&c); d.Code != problem.APIRetired {
		t.Errorf("where no call is asked about: %q", d.Code)
	}
}

func TestAKeyWithoutOperationsCostsNothingMore(t *testing.T) {
	key := billing.KeyTerms{}
	if n := testing.AllocsPerRun(100, func() { _ = key.MayCall("api_1", "GET", "/reports/7") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
