//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd

package live

// DropPrivileges does nothing here: there is no sudo that tells who called.
func DropPrivileges() (string, error) { return "", nil }
