package backup

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEverySignatureIsRead: a signature is bytes of any value, among them those of its
// own braces. One copy in sixty once counted as unsigned.
func TestEverySignatureIsRead(t *testing.T) {
	t.Parallel()
	key := make([]byte, 32)
	for i := range uint32(5000) {
		binary.LittleEndian.PutUint32(key, i)
		want := sign(key, key)
		have, there := parseSignature(want.member())
		require.True(t, there, "%d", i)
		require.Equal(t, want, have)
	}
	for _, member := range [][]byte{make([]byte, signatureSize), trailer(make([]byte, signatureSize))[:signatureSize]} {
		_, there := parseSignature(member)
		require.False(t, there)
	}
}
