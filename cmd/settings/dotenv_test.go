package settings

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Python's reader of .env files takes $ literally; so must ours.
func TestDotEnvKeepsDollars(t *testing.T) {
	for in, want := range map[string]string{
		"A=pa$WORD1": "pa$WORD1", "A=$$X": "$$X", `A="x$Y$"`: "x$Y$", "A='$Z'": "$Z", "B=oi\nA=${B}!": "oi!", "A=fim$": "fim$", "A=$$$X": "$$$X",
	} {
		got, skipped := parseDotEnv(in)
		require.Empty(t, skipped)
		require.Equal(t, want, got["A"], in)
	}
}

// TestDotEnvLikePython reads what python-dotenv reads, and skips what it skips.
func TestDotEnvLikePython(t *testing.T) {
	t.Setenv("DE_FORA", "fora")
	text := "\ufeffA=1\r\nexport B = dois # nota\n'C'='tr\\'es\nlinhas'\n# nada\n  D=\"a\\tb\\n\" # nota\nisto não é nada\nE\nF=\n" +
		"=sem nome\nG=\"sem fim\nH='x' y\nI=${A}-${DE_FORA}-${NADA:-z}-${NADA}-$A\nJ=a#b\nK = # c\nL=últi\xffma\nM=fim"
	values, skipped := parseDotEnv(text)
	require.Equal(t, map[string]string{
		"A": "1", "B": "dois", "C": "tr'es\nlinhas", "D": "a\tb\n", "F": "", "I": "1-fora-z--$A", "J": "a#b", "K": "# c", "M": "fim",
	}, values)
	require.Equal(t, []int{7, 10, 11, 12, 16}, skipped)
}
