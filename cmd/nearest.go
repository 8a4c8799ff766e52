package cmd

import (
	"strings"
)

// nearest is the candidate that was most likely meant by word, or "".
func nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, limit := "", max(1, len([]rune(word))/3)+1
	for _, c := range candidates {
		d := distance(word, strings.ToLower(c))
		if len(word) >= 3 && strings.HasPrefix(strings.ToLower(c), word) {
			d = min(d, 1)
		}
		if d < limit {
			best, limit = c, d
		}
	}
	return best
}

// distance is Levenshtein's, with a swap of neighbours counting once.
func distance(a, b string) int {
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

// didYouMean is the hint for a mistyped word, or fallback.
func didYouMean(word, prefix string, candidates []string, fallback string) string {
	if best := nearest(word, candidates); best != "" {
		return "você quis dizer " + prefix + best + "?"
	}
	return fallback
}
