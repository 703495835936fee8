package diff

import (
	"reflect"

	"github.com/oasdiff/oasdiff/diff"
)

// children are the nodes right below a node.
func children(node *diff.SchemaDiff) []*diff.SchemaDiff {
	var below []*diff.SchemaDiff
	for _, index := range childFields {
		switch field := reflect.ValueOf(node).Elem().Field(index).Interface().(type) {
		case *diff.SchemaDiff:
			if field != nil {
				below = append(below, field)
			}
		case *diff.SchemasDiff:
			if field != nil {
				for _, child := range field.Modified {
					below = append(below, child)
				}
			}
		case *diff.SubschemasDiff:
			if field != nil {
				for _, child := range field.Modified {
					below = append(below, child.Diff)
				}
			}
		}
	}
	return below
}

// childFields are the fields of a node that hold nodes, found by their type: a keyword that oasdiff learns is not forgotten.
var childFields = func() []int {
	var found []int
	for field := range reflect.TypeFor[diff.SchemaDiff]().Fields() {
		switch field.Type {
		case reflect.TypeFor[*diff.SchemaDiff](), reflect.TypeFor[*diff.SchemasDiff](), reflect.TypeFor[*diff.SubschemasDiff]():
			found = append(found, field.Index[0])
		}
	}
	return found
}()

// requestSchemas are the changed schemas of what an operation is sent. A parameter keeps its own node, for a change of a
// parameter reads otherwise than one of a body; what stands below it is given out.
func requestSchemas(changed *diff.MethodDiff) []*diff.SchemaDiff {
	var roots []*diff.SchemaDiff
	if body := changed.RequestBodyDiff; body != nil {
		roots = append(roots, contentSchemas(body.ContentDiff)...)
	}
	if changed.ParametersDiff == nil {
		return roots
	}
	for _, in := range changed.ParametersDiff.Modified {
		for _, parameter := range in {
			if parameter.SchemaDiff != nil {
				own := *parameter.SchemaDiff
				parameter.SchemaDiff = &own
				roots = append(roots, children(&own)...)
			}
			roots = append(roots, contentSchemas(parameter.ContentDiff)...)
		}
	}
	return roots
}

// answerSchemas are the changed schemas of an operation's answers. Headers keep theirs, like parameters.
func answerSchemas(changed *diff.MethodDiff) []*diff.SchemaDiff {
	if changed.ResponsesDiff == nil {
		return nil
	}
	var roots []*diff.SchemaDiff
	for _, response := range changed.ResponsesDiff.Modified {
		roots = append(roots, contentSchemas(response.ContentDiff)...)
		if response.HeadersDiff == nil {
			continue
		}
		for _, header := range response.HeadersDiff.Modified {
			if header.SchemaDiff != nil {
				own := *header.SchemaDiff
				header.SchemaDiff = &own
				roots = append(roots, children(&own)...)
			}
		}
	}
	return roots
}

func contentSchemas(content *diff.ContentDiff) []*diff.SchemaDiff {
	var roots []*diff.SchemaDiff
	for _, media := range mediaOf(content) {
		for _, schema := range []*diff.SchemaDiff{media.SchemaDiff, media.ItemSchemaDiff} {
			if schema != nil {
				roots = append(roots, schema)
			}
		}
	}
	return roots
}

// mediaTypes are the changed media types of a probe.
func mediaTypes(probe *diff.MethodDiff) []*diff.MediaTypeDiff {
	var found []*diff.MediaTypeDiff
	if probe.RequestBodyDiff != nil {
		found = append(found, mediaOf(probe.RequestBodyDiff.ContentDiff)...)
	}
	if probe.ResponsesDiff != nil {
		for _, response := range probe.ResponsesDiff.Modified {
			found = append(found, mediaOf(response.ContentDiff)...)
		}
	}
	return found
}

func mediaOf(content *diff.ContentDiff) []*diff.MediaTypeDiff {
	if content == nil {
		return nil
	}
	var found []*diff.MediaTypeDiff
	for _, media := range content.MediaTypeModified {
		found = append(found, media)
	}
	return found
}
