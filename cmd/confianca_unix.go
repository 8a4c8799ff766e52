//go:build unix

package cmd

import (
	"os"
	"path/filepath"
	"syscall"
)

// effectiveUser is who the program runs as.
var effectiveUser = os.Geteuid

// writtenByOthers says who but root may change what a file says, "" for nobody. It asks
// only where root runs the program: everybody else has their own rights only.
func writtenByOthers(path string) string {
	if effectiveUser() != 0 {
		return ""
	}
	path, err := filepath.EvalSymlinks(absolute(path))
	if err != nil {
		return "" // reading it will say so
	}
	if openToOthers(path, 0) {
		return "outros usuários podem escrever nele"
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		// In a folder like /tmp everybody may make files, and change only their own.
		if openToOthers(dir, os.ModeSticky) {
			return "outros usuários podem trocá-lo, porque podem escrever em " + dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

func openToOthers(path string, unless os.FileMode) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	return ok && owner.Uid != 0 || info.Mode().Perm()&0o022 != 0 && info.Mode()&unless == 0
}
