//go:build unix

package store_test

import (
	"os"
	"os/exec"
	"syscall"
)

// asNobody makes cmd run without root's rights, where this process has them.
func asNobody(cmd *exec.Cmd) {
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
}
