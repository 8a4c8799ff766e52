// Package say puts numbers into the words of people.
package say

import "fmt"

// Count is n things, by their name for one and for many.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Bytes is a number of bytes for people.
func Bytes(n int64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	case n < 10<<30:
		return fmt.Sprintf("%d MiB", n>>20)
	default:
		return fmt.Sprintf("%d GiB", n>>30)
	}
}

// About is how long something takes at most, roughly.
func About(seconds int64) string {
	switch {
	case seconds < 5:
		return "poucos segundos"
	case seconds < 120:
		return fmt.Sprintf("até uns %d segundos", seconds)
	default:
		return fmt.Sprintf("até uns %d minutos", (seconds+59)/60)
	}
}
