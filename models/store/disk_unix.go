//go:build linux || darwin

package store

import (
	"syscall"

	"github.com/faregate/faregate/models"
)

// diskOf is the room of the file system that a folder is on, as far as it is free to programs without privileges.
func diskOf(dir string) models.Disk {
	var room syscall.Statfs_t
	if syscall.Statfs(dir, &room) != nil {
		return models.Disk{}
	}
	block := uint64(room.Bsize)
	return models.Disk{Free: int64(room.Bavail * block), Total: int64(room.Blocks * block)}
}
