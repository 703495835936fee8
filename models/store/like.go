package store

import "strings"

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// contains is the LIKE pattern, with ESCAPE '\', of rows that contain what somebody typed.
func contains(text string) string { return "%" + likeEscapes.Replace(text) + "%" }
