package say

import "fmt"

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
