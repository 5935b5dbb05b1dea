//go:build linux || darwin || freebsd || netbsd || openbsd

package live

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// DropPrivileges gives up root for the user who called sudo (SUDO_UID,
// SUDO_GID), with that user's groups. It does nothing when not root, not under
// sudo, or when root called it. It returns what it did ("uid 1000"), or "".
// After an error the process may have lost a part of its rights.
func DropPrivileges() (string, error) {
	if os.Geteuid() != 0 || os.Getenv("SUDO_UID") == "" {
		return "", nil
	}
	uid, err := sudoID("SUDO_UID")
	if err != nil || uid == 0 {
		return "", err
	}
	gid, err := sudoID("SUDO_GID")
	if err != nil {
		return "", err
	}
	// The groups go first: only root may change them.
	if err := syscall.Setgroups(groupsOf(uid, gid)); err != nil {
		return "", fmt.Errorf("give up root: groups: %w", err)
	}
	if err := syscall.Setgid(gid); err != nil {
		return "", fmt.Errorf("give up root: gid %d: %w", gid, err)
	}
	if err := syscall.Setuid(uid); err != nil {
		return "", fmt.Errorf("give up root: uid %d: %w", uid, err)
	}
	if os.Geteuid() != uid || syscall.Setuid(0) == nil {
		return "", fmt.Errorf("give up root: the process can still become root")
	}
	return "uid " + strconv.Itoa(uid), nil
}

// sudoID reads an id from the environment.
func sudoID(name string) (int, error) {
	id, err := strconv.ParseUint(os.Getenv(name), 10, 31)
	if err != nil {
		return 0, fmt.Errorf("give up root: %s is no id: %w", name, err)
	}
	return int(id), nil
}

// groupsOf returns the groups of a user as the system's tables know them, the
// main group alone when they don't.
func groupsOf(uid, gid int) []int {
	groups := []int{gid}
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return groups
	}
	ids, err := u.GroupIds()
	if err != nil {
		return groups
	}
	for _, s := range ids {
		if id, err := strconv.Atoi(s); err == nil && id != gid && id != 0 {
			groups = append(groups, id)
		}
	}
	return groups
}
