package term

import (
	"strings"
)

// Nearest is the candidate that was most likely meant by word, or "".
func Nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, limit := "", max(1, len([]rune(word))/3)+1
	for _, c := range candidates {
		d := Distance(word, strings.ToLower(c))
		if len(word) >= 3 && strings.HasPrefix(strings.ToLower(c), word) {
			d = min(d, 1)
		}
		if d < limit {
			best, limit = c, d
		}
	}
	return best
}

// Distance is Levenshtein's, with a swap of neighbours counting once.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}

// DidYouMean is the hint for a mistyped word, or fallback.
func DidYouMean(word, prefix string, candidates []string, fallback string) string {
	if best := Nearest(word, candidates); best != "" {
		return "você quis dizer " + prefix + best + "?"
	}
	return fallback
}
