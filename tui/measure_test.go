package tui

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// measured drives the console as bubbletea does, with commands in goroutines and
// a frame after each message, and times what a person feels.
type measured struct {
	*testing.T
	app  *app
	msgs chan tea.Msg
	keys []time.Duration
}

type timedKey struct {
	tea.KeyMsg
	at time.Time
}

func newMeasured(t *testing.T, cfg Config) *measured {
	m := &measured{T: t, app: newApp(t.Context(), cfg), msgs: make(chan tea.Msg, 10_000)}
	m.run(m.app.Init())
	m.take(tea.WindowSizeMsg{Width: 120, Height: 40})
	return m
}

func (m *measured) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		msg := cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, c := range batch {
				m.run(c)
			}
			return
		}
		m.msgs <- msg
	}()
}

func (m *measured) take(msg tea.Msg) {
	key, timed := msg.(timedKey)
	if timed {
		msg = key.KeyMsg
		if !storetest.Complete() {
			key.at = time.Now() // on a busy machine keys wait for their turn too
		}
	}
	_, cmd := m.app.Update(msg)
	m.app.View()
	if timed {
		m.keys = append(m.keys, time.Since(key.at))
	}
	m.run(cmd)
}

// until takes messages until the screen shows text and says how long it took.
func (m *measured) until(text string) time.Duration {
	m.Helper()
	start := time.Now()
	for !strings.Contains(m.app.View(), text) {
		select {
		case msg := <-m.msgs:
			m.take(msg)
		case <-time.After(patiently):
			m.Fatalf("never saw %q:\n%s", text, m.app.View())
		}
	}
	return time.Since(start)
}

// press sends keys at the speed of a keyboard that repeats, while answers come.
func (m *measured) press(n int, names ...string) {
	pause := time.NewTicker(15 * time.Millisecond)
	defer pause.Stop()
	for i := 0; i < n; {
		select {
		case at := <-pause.C:
			m.msgs <- timedKey{keyMsg(names[i%len(names)]), at}
			i++
		case msg := <-m.msgs:
			m.take(msg)
		}
	}
	for len(m.keys) < n {
		m.take(<-m.msgs)
	}
}

// Over a network of 130 ms each way a key must be answered at once: only the
// rows come later.
func TestKeysAreImmediateOverADistance(t *testing.T) {
	server := storetest.Postgres(t)
	url := server.Database(t)
	engine := storetest.Named("postgres")
	fill(t, engine.Open(t, url).As(testOperator))
	proxy := storetest.Proxy(t, server.Addr())
	storetest.Toxic(t, proxy, `{"name": "ida", "type": "latency", "stream": "upstream", "attributes": {"latency": 130}}`)
	storetest.Toxic(t, proxy, `{"name": "volta", "type": "latency", "stream": "downstream", "attributes": {"latency": 130}}`)
	st := engine.Open(t, server.Through(proxy.Listen, url), func(c *store.Config) { c.SomenteLeitura = true })
	start := time.Now()
	m := newMeasured(t, Config{Handle: st.As(testOperator), Colour: kit.ColourNever, Out: io.Discard, Refresh: time.Second, ReadOnly: true})
	m.app.View()
	frame := time.Since(start)
	rows := m.until("Antônia")
	require.Greater(t, rows, 250*time.Millisecond, "the rows did come from afar")
	m.press(100, "down", "up", "f", "down", "up")
	slices.Sort(m.keys)
	t.Logf("first frame %v, first rows %v, key median %v, p99 %v while every row is 260 ms away", frame.Round(time.Millisecond),
		rows.Round(time.Millisecond), m.keys[len(m.keys)/2].Round(time.Microsecond), m.keys[len(m.keys)*99/100].Round(time.Microsecond))
	require.Less(t, m.keys[len(m.keys)/2], 130*time.Millisecond, "no key waits for the network")
}

func heap() uint64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// The size of the table must not be felt. The figures are for the report; a
// slow machine may miss them.
func TestMeasureBigTables(t *testing.T) {
	if os.Getenv("MONITOR_ENSAIO") != "completo" {
		t.Skip("MONITOR_ENSAIO=completo measures the console on 100,000 and 1,000,000 clients")
	}
	for _, rows := range []int{100_000, 1_000_000} {
		t.Run(strconv.Itoa(rows), func(t *testing.T) { measureTable(t, rows) })
	}
}

func measureTable(t *testing.T, rows int) {
	path := filepath.Join(t.TempDir(), "clientes.db")
	made, err := store.Open(t.Context(), store.Config{URL: storetest.URL(path), Create: true})
	require.NoError(t, err)
	require.NoError(t, made.Close())
	storetest.Exec(t, storetest.Foreign(t, path), fmt.Sprintf(`WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d)
		INSERT INTO clientes(nome, email, telefone, empresa, ativo, nivel_acesso, data_cadastro)
		SELECT 'Pessoa ' || i, 'p' || i || '@empresa.com.br', '(11) 98765-4321', 'Lojas Conceição', 1, 'usuario', datetime('2020-01-01', '+' || i || ' minutes') || '.000000' FROM k`, rows))
	// Without a writer no index is brought up beside what is measured.
	st := storetest.Open(t, path, func(c *store.Config) { c.SomenteLeitura = true })
	before, start := heap(), time.Now()
	m := newMeasured(
		t,
		Config{Handle: st.As(testOperator), Colour: kit.ColourAlways, Out: io.Discard, Refresh: 2 * time.Second, ReadOnly: true},
	)
	m.until("❯ ")
	first := time.Since(start)
	m.until(say.Thousands(rows))
	m.take(keyMsg("G"))
	end := m.until(say.Thousands(rows) + " de " + say.Thousands(rows))
	m.take(keyMsg("g"))
	m.until("1 de " + say.Thousands(rows))
	m.press(600, "down", "down", "pgdown", "pgdown", "pgdown", "up")
	slices.Sort(m.keys)
	p99, worst := m.keys[len(m.keys)*99/100], m.keys[len(m.keys)-1]
	grown := int64(heap()) - int64(before)
	t.Logf(
		"%9d rows: first rows %v, end of list %v, key median %v, p99 %v (worst %v of %d), heap %+.1f MiB",
		rows,
		first.Round(time.Millisecond),
		end.Round(time.Millisecond),
		m.keys[len(m.keys)/2].Round(time.Microsecond),
		p99.Round(time.Microsecond),
		worst.Round(time.Microsecond),
		len(m.keys),
		float64(grown)/(1<<20),
	)
	require.Less(t, grown, int64(30<<20), "only a few hundred rows may ever be held")
	runtime.KeepAlive(m)
}
