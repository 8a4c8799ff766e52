package tui

import (
	"reflect"
	"slices"
	"testing"

	"github.com/charmbracelet/bubbles/key"
	"github.com/stretchr/testify/require"

	"example.com/monitor/tui/kit"
)

// allKeys are the bindings of the one pageKeyMap by field name.
func allKeys() map[string]key.Binding {
	out := map[string]key.Binding{}
	v := reflect.ValueOf(newPageKeyMap(kit.NewKeyMap()))
	for _, f := range reflect.VisibleFields(v.Type()) {
		if !f.Anonymous {
			out[f.Name] = v.FieldByIndex(f.Index).Interface().(key.Binding)
		}
	}
	return out
}

func TestEveryKeyHasHelpAndAScreen(t *testing.T) {
	used := map[string]bool{}
	for _, s := range scenes() {
		b := newBench(t, 80, 24)
		s.set(b)
		for _, a := range b.Actions() {
			used[a.Key.Help().Key+a.Key.Keys()[0]+a.Key.Help().Desc] = true
		}
	}
	for name, k := range allKeys() {
		require.NotEmpty(t, k.Help().Key, name)
		require.NotEmpty(t, k.Help().Desc, name)
		require.NotEmpty(t, k.Keys(), name)
		require.True(t, used[k.Help().Key+k.Keys()[0]+k.Help().Desc], "%s is used on no screen", name)
	}
}

// candidates are keys a person might press.
func candidates() []string {
	out := []string{
		"ctrl+a",
		"ctrl+z",
		"f1",
		"delete",
		"insert",
		"ctrl+k",
		"tab",
		"shift+tab",
		"left",
		"right",
		"backspace",
		" ",
		"enter",
		"esc",
	}
	for r := '!'; r <= '~'; r++ {
		out = append(out, string(r))
	}
	for _, k := range allKeys() {
		out = append(out, k.Keys()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// A key without help must do nothing, and a help entry must do something, on
// every screen. In text fields a key without help is text. Keys without help, and
// those that have done something, are tried in turn.
func TestKeysAndHelpAgreeOnEveryScreen(t *testing.T) {
	effects := map[string]bool{}
	for turn, s := range scenes() {
		var b *bench // a fresh one after each key that did something
		for _, name := range candidates() {
			if b == nil {
				b = newBench(t, 80, 24)
				s.set(b)
			}
			b.env.Notice = kit.Notice{}
			act, helped := kit.Dispatch(b.Actions(), keyMsg(name))
			typing := b.env.Top().Typing()
			if typing && !helped && len(name) == 1 {
				continue // text
			}
			if turn++; !inTurn(turn) && (!helped || effects[act.Key.Help().Key+act.Key.Help().Desc]) {
				continue
			}
			before, depth := b.View(), len(b.env.Stack)
			cmd := b.keys(name)
			acted := cmd != nil || b.View() != before || len(b.env.Stack) != depth
			if acted || helped {
				b = nil
			}
			if !helped && !typing {
				require.False(t, acted, "%s: %q does something without help", s.name, name)
			}
			if helped && acted {
				effects[act.Key.Help().Key+act.Key.Help().Desc] = true
			}
		}
	}
	for name, k := range allKeys() {
		require.True(t, effects[k.Help().Key+k.Help().Desc], "%s has help but does nothing anywhere", name)
	}
}

func TestNoKeyMeansTwoThingsOnOneScreen(t *testing.T) {
	for _, s := range scenes() {
		b := newBench(t, 80, 24)
		s.set(b)
		seen := map[string]string{}
		for _, a := range b.Actions() {
			for _, k := range a.Key.Keys() {
				if k == "enter" && b.env.Top().Typing() {
					continue // on a button enter presses it and does not move on
				}
				require.Empty(t, seen[k], "%s: %q", s.name, k)
				seen[k] = a.Key.Help().Desc
			}
		}
	}
}

func TestCtrlCAlwaysQuitsAndEscNever(t *testing.T) {
	for _, s := range scenes() {
		b := newBench(t, 80, 24)
		s.set(b)
		requireQuits(t, b.keys("ctrl+c"))
	}
	for _, s := range scenes() {
		b := newBench(t, 80, 24)
		s.set(b)
		for range 8 {
			require.False(t, quits(b.keys("esc")), s.name)
		}
	}
}

func TestLettersInTextFieldsAreText(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	b.keys("/")
	b.typeText("q?:jk/ndfg")
	require.Equal(t, "q?:jk/ndfg", b.page().Term())
	b.keys("esc", "n")
	b.typeText("q?:jk")
	require.Equal(t, "q?:jk", formOf(b).form.Current().Value())
}

func TestQQuitsOutsideTextFields(t *testing.T) {
	b := newBench(t, 80, 24)
	listed(b)
	requireQuits(t, b.keys("q"))
	b.keys("enter")
	requireQuits(t, b.keys("q"))
}

func TestBlockedKeysSayWhy(t *testing.T) {
	b := newBench(t, 100, 24, readOnly)
	listed(b)
	require.NotContains(t, b.View(), "novo cliente")
	for _, k := range []string{"n", "e", "d"} {
		b.keys(k)
		require.Len(t, b.env.Stack, 1)
		require.Contains(t, b.View(), "✗ O console foi aberto somente para leitura")
	}
	b.keys("?")
	require.Contains(t, b.View(), "somente para leitura", "the help page says it too")
	empty := newBench(t, 80, 24)
	empty.rows(people(0))
	empty.keys("enter")
	require.Contains(t, empty.View(), "Nenhum cliente selecionado")
}
