//go:build !linux

package verdict

import "os"

func stderrOf(int) *os.File { return nil }
