package trail

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var oneSignature = regexp.MustCompile(`^=[0-9a-f]{8}:[0-9a-f]{16}:[0-9a-f]{64}$`)

var oneHead = regexp.MustCompile(`^\d{1,18}:\d{1,18}:([0-9a-f]{2})+$`)

// FuzzAnchor reads anchor files that somebody edited: no line is passed over in silence,
// but those that look torn.
func FuzzAnchor(f *testing.F) {
	mac := strings.Repeat("ab", 32)
	good := "2026-11-24T10:00:00.000000+00:00 1:3:" + mac
	for _, s := range []string{"", good + "\n", good + " 2:1:" + mac + "\n" + good, "lixo\n", "x 1:2\n", "x 1:2:zz\n", "x -1:2:ab\n", "\n", "x 1:3:ab\x00\n", "x 99999999999999999999:1:ab\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		known := []byte(mac)
		var v Verificacao
		ver := newVerifier(&v, nil)
		ver.seenLinks[[2]int64{1, 3}] = seenLink{mac: known}
		ver.anchor(text, "a âncora")
		require.LessOrEqual(t, len(v.Problemas), MaxProblems)
		end := strings.LastIndexByte(string(text), '\n') + 1
		for line := range strings.Lines(string(text[:end])) {
			_, list, ok := strings.Cut(strings.TrimSpace(line), " ")
			for part := range strings.FieldsSeq(list) {
				ok = ok && (oneHead.MatchString(part) || oneSignature.MatchString(part))
			}
			if !ok && !torn(line) { // what a power cut leaves is nobody's editing
				require.NotEmpty(t, v.Problemas, "%q passes for a line of an anchor", line)
			}
		}
	})
}
