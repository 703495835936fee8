//go:build !linux && !darwin

package store

import "github.com/faregate/faregate/models"

// diskOf does not know the room here.
func diskOf(string) models.Disk { return models.Disk{} }
