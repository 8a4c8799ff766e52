package tui

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// requireFits says that a frame fills exactly its terminal and holds nothing
// that could move the cursor.
func requireFits(t require.TestingT, view string, w, h int, what string) {
	lines := strings.Split(view, "\n")
	require.Len(t, lines, h, "%s %dx%d", what, w, h)
	for _, l := range lines {
		// Asked by if first: require costs more than what it looks at, for each letter.
		if got := ansi.StringWidth(l); got > w {
			require.LessOrEqual(t, got, w, "%s %dx%d: %q", what, w, h, l)
		}
		for _, r := range sgr.ReplaceAllString(l, "") {
			if unicode.In(r, unicode.Cc, unicode.Cf) {
				require.Failf(t, "a control character", "%s: %U in %q", what, r, l)
			}
		}
	}
}

// inTurn says whether round i of many is for now: every tenth, by default. Who counts
// on from one scene to the next tries each size and each key on a tenth of the scenes.
func inTurn(i int) bool { return storetest.Complete() || i%10 == 0 }

// TestEveryLineFitsEveryTerminal tries the smallest and the largest on every scene,
// and the others in turn.
func TestEveryLineFitsEveryTerminal(t *testing.T) {
	heights := []int{5, 6, 9, 10, 24, 60}
	for turn, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			for _, look := range []struct {
				opt    func(*Config)
				widths []int
			}{{colour, []int{20, 49, 50, 120}}, {func(*Config) {}, []int{20, 21, 27, 39, 40, 49, 50, 59, 71, 80, 93, 120, 157, 200}}} {
				b := newBench(t, 80, 24, look.opt, demoData, readOnlyFor(s))
				s.set(b)
				for i, w := range look.widths {
					for k, h := range heights {
						smallest, largest := i+k == 0, i+k == len(look.widths)+len(heights)-2
						if turn++; !smallest && !largest && !inTurn(turn) {
							continue
						}
						b.send(tea.WindowSizeMsg{Width: w, Height: h})
						requireFits(t, b.View(), w, h, s.name)
					}
				}
			}
		})
	}
}

// readOnlyFor adds the longest header where the scene allows it.
func readOnlyFor(s scene) func(*Config) {
	if s.name == "lista" || s.name == "erro" || s.name == "detalhe" {
		return readOnly
	}
	return func(*Config) {}
}

func TestTooSmallSaysWhatIsNeeded(t *testing.T) {
	for w := 1; w < 25; w++ {
		for h := 1; h < 5; h++ {
			b := newBench(t, w, h)
			requireFits(t, b.View(), w, h, "pequeno")
		}
	}
	require.Contains(t, strings.Join(strings.Fields(newBench(t, 19, 4).View()), " "), "20×5")
	b := newBench(t, 18, 4)
	listed(b)
	b.keys("down", "down")
	b.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	require.Contains(t, b.View(), "❯ ● Joa", "the place is kept while the terminal is too small")
}

// hostile draws text as no form would accept it.
func hostile() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(nasty), rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune{
			'\x1b', '\r', '\n', '\x07', '\u202e', '\u2066', '\u200d', '\ufe0f', '\u0301', '\U0001F1E7', '\U0001F1F7', '\U0001F468', '\u1100', '\u1161',
			'ﷺ', '𝔘', '漢', '\u00ad', '\ufeff', '\x9b', '\u0e33', '\u0bcc', '\u0903', '\U0001F3FD', '\u20e3', '1',
		}))), 0, 4).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

func TestTextFromTheDatabaseNeverLeavesItsCell(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, w := hostile().Draw(r, "text"), rapid.IntRange(1, 60).Draw(r, "width")
		got := kit.Cell(s, w)
		require.Equal(r, w, ansi.StringWidth(got), "%q", got)
		requireFits(r, got, w, 1, "cell")
		for _, l := range kit.Paragraph(s, w+4) {
			requireFits(r, l, w+4, 1, "paragraph")
		}
	})
}

func TestHostileRecordsOnEveryScreen(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w, h := rapid.IntRange(20, 200).Draw(r, "w"), rapid.IntRange(5, 60).Draw(r, "h")
		text := func(name string) string { return hostile().Draw(r, name) }
		c := store.Cliente{
			ID:          1,
			Nome:        text("nome"),
			Email:       text("email"),
			Telefone:    text("tel"),
			Empresa:     text("empresa"),
			Cidade:      text("cidade"),
			Estado:      text("uf"),
			NivelAcesso: text("nivel"),
			Observacoes: text("obs"),
			DadosExtras: store.Objeto(text("extras")),
		}
		b := newBench(t, w, h)
		b.rows(kit.Stretch[store.Cliente]{Items: []store.Cliente{c}})
		for _, keys := range [][]string{{}, {"enter"}, {"pgdown"}, {"e"}, {"tab", "x"}, {"tab"}, {"esc"}, {"enter"}} {
			b.keys(keys...)
			requireFits(r, b.View(), w, h, strings.Join(keys, " "))
		}
	})
}

func TestAMegabyteIsCut(t *testing.T) {
	big := strings.Repeat("João 🇧🇷 ", 100_000)
	require.Len(t, []rune(kit.Printable(big, 50)), 50)
	require.Equal(t, 30, ansi.StringWidth(kit.Cell(big, 30)))
	lines := kit.Paragraph(big, 80)
	require.Less(t, len(lines), 1500)
	require.Contains(t, lines[len(lines)-1], "cortado: são 1.500.000 bytes")
}
