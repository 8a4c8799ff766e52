package storetest

import (
	"os"
	"runtime"
)

// Missing are the engines that Each skips here, with what to install.
func Missing() (list []string) {
	for name, look := range map[string]func() error{
		postgresKind.env: func() error { _, err := findPostgres("postgres"); return err },
		mariadbKind.env:  func() error { _, err := find("mariadbd", mariadbPackage, "/usr/libexec"); return err },
		"":               func() error { _, err := find("pgbouncer", bouncerPackage); return err },
	} {
		if name != "" && os.Getenv(name) != "" {
			continue // somebody else's server
		}
		if runtime.GOOS == "windows" {
			list = append(list, errNoGuard.Error())
		} else if err := look(); err != nil {
			list = append(list, err.Error())
		}
	}
	return list
}
