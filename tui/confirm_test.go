package tui

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/tui/kit"
)

// removing opens a dialog that asks for a name, and says whether it ran.
func removing(b *bench, name string, id int64) (ran *bool) {
	ran = new(bool)
	d := kit.NewConfirm(b.env.Shell, "Remover", "Remover “"+kit.Line(name)+"”?", "Remover")
	d.RequireName(name, id)
	d.Run = func(context.Context) (int64, error) { *ran = true; return 0, nil }
	b.env.Push(d)
	return ran
}

func TestNameMustBeTypedBeforeSomethingIsRemovedForGood(t *testing.T) {
	for name, typed := range map[string]string{
		"Recepção": "Recepc\u0327a\u0303o", "": "7", "a\x1b[31mb": "7", strings.Repeat("longo ", 20): "7",
	} {
		b := newBench(t, 80, 24)
		listed(b)
		ran := removing(b, name, 7)
		b.arm()
		b.keys("right")
		b.arm()
		messages(b.keys("enter"))
		require.False(t, *ran, name)
		require.Contains(t, b.View(), "⚠ Digite")
		b.typeText(typed)
		messages(b.keys("enter"))
		require.False(t, *ran, "a burst of keys confirms nothing")
		b.arm()
		messages(b.keys("enter"))
		require.True(t, *ran, name)
	}
}
