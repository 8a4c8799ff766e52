package say_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/say"
)

// TestStatesAreSaidAlike: the pages call the states of an operation as everybody does.
func TestStatesAreSaidAlike(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../../server/web/static/js/operations.js")
	require.NoError(t, err)
	for _, s := range say.States {
		require.Equal(t, s.Name, say.StateName(s.Code))
		require.Contains(t, string(script), fmt.Sprintf("%s: '%s%s'", s.Code, strings.ToUpper(s.Name[:1]), s.Name[1:]))
	}
	require.Equal(t, "outro", say.StateName("outro"))
}
