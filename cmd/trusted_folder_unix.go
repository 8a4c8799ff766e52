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
// only where root runs the program: everybody else has their own rights only. A link may
// lead to a file of root's that somebody else chose, such as a log.
func writtenByOthers(path string) string {
	if effectiveUser() != 0 {
		return ""
	}
	path = absolute(path)
	file, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "" // reading it will say so
	}
	if openToOthers(file, 0) {
		return "outros usuários podem escrever nele"
	}
	for _, at := range []string{path, file} {
		if why := replacedByOthers(at); why != "" {
			return why
		}
	}
	return ""
}

// replacedByOthers looks at every step of a path.
func replacedByOthers(path string) string {
	for dir := filepath.Dir(path); ; path, dir = dir, filepath.Dir(dir) {
		if linkOfOthers(path) {
			return "é um atalho (" + path + ") que outro usuário fez"
		}
		// In a folder like /tmp everybody may make files, and change only their own.
		if openToOthers(dir, os.ModeSticky) {
			return "outros usuários podem trocá-lo, porque podem escrever em " + dir
		}
		if dir == path {
			return ""
		}
	}
}

func linkOfOthers(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		return false
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	return ok && owner.Uid != 0
}

func openToOthers(path string, unless os.FileMode) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	return ok && owner.Uid != 0 || info.Mode().Perm()&0o022 != 0 && info.Mode()&unless == 0
}
