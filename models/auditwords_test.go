package models_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/faregate/faregate/models"
)

// auditActions are the constants of type AuditAction: a new one cannot be forgotten here.
func auditActions(t *testing.T) (actions []models.AuditAction) {
	t.Helper()
	for _, value := range constants(t, "AuditAction") {
		actions = append(actions, models.AuditAction(value))
	}
	return actions
}

// constants reads the constants of a type from this package's own files.
func constants(t *testing.T, typeName string) (values []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, named := spec.Type.(*ast.Ident); named && kind.Name == typeName && len(spec.Values) == 1 {
				if text, literal := spec.Values[0].(*ast.BasicLit); literal {
					value, err := strconv.Unquote(text.Value)
					if err != nil {
						t.Fatal(err)
					}
					values = append(values, value)
				}
			}
			return true
		})
	}
	return values
}

func TestEveryActHasItsWordsAndItsGroup(t *testing.T) {
	actions := auditActions(t)
	if len(actions) < 40 {
		t.Fatalf("only %d acts were found", len(actions))
	}
	groups, used := map[string]bool{}, map[string]bool{}
	for _, n := range models.AuditNouns() {
		groups[n.Noun] = true
	}
	for _, a := range actions {
		used[a.Noun()] = true
		if a.Words() == string(a) {
			t.Errorf("%s has no words: add them to auditWords", a)
		}
		if strings.TrimSpace(a.Words()) != a.Words() || strings.HasSuffix(a.Words(), ".") {
			t.Errorf("%s: %q does not stand after a name", a, a.Words())
		}
		if !groups[a.Noun()] {
			t.Errorf("%s is in no group: add %q to auditNouns", a, a.Noun())
		}
	}
	for group := range groups {
		if !used[group] {
			t.Errorf("no act is in the group %q", group)
		}
	}
	if odd := models.AuditAction("thing.of_tomorrow"); odd.Words() != "thing.of_tomorrow" || odd.Noun() != "thing" {
		t.Errorf("an unknown act says %q about %q", odd.Words(), odd.Noun())
	}
}
