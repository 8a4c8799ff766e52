package tui

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

// give answers a section's running question with one part.
func give[T any](b *bench, l *kit.Section[T], rows ...T) {
	b.Helper()
	require.True(b, l.List.Busy(), "no question is running")
	first, _ := l.Window.Shown()
	if l.Kind != kit.LoadAgain {
		first = 0
	}
	p := kit.Part[T]{At: kit.Place{}, Stretch: kit.Stretch[T]{Items: rows}}
	b.send(
		kit.Answer[kit.LoadedRows[T]]{
			Seq:   l.List.Seq,
			Value: kit.LoadedRows[T]{Kind: l.Kind, First: first, Parts: []kit.Part[T]{p}},
			Err:   nil,
		},
	)
}

// deny answers a section's running question with an error.
func deny[T any](b *bench, l *kit.Section[T], err error) {
	b.send(kit.Answer[kit.LoadedRows[T]]{Seq: l.List.Seq, Err: err})
}

// topOf is the screen in front, which must be an S.
func topOf[S kit.Screen](b *bench) S {
	b.Helper()
	s, ok := b.env.Top().(S)
	require.True(b, ok, "%T is in front", b.env.Top())
	return s
}

func (b *bench) devices() *kit.Section[store.Dispositivo] { return &topOf[*dispositivos](b).List }

func machineNo(i int) store.Dispositivo {
	age := []time.Duration{3 * time.Second, 40 * time.Second, 4 * time.Minute, 12 * time.Minute, 50 * time.Hour, 200 * 24 * time.Hour}[min(i, 5)]
	d := store.Dispositivo{
		ID: int64(
			50 - i,
		), Nome: nasty[i%len(nasty)], Hostname: fmt.Sprintf("host-%02d", i), Tipo: []string{"servidor", "notebook", ""}[i%3],
		SistemaOperacional: "Windows", VersaoSO: "11 Pro", IPLocal: "192.168.0.7", IPPublico: "2001:db8::17", MACAddress: "02:00:5e:00:00:07",
		Processador: "Intel Core i5-12400", MemoriaTotal: "16 GB", DiscoTotal: "512 GB", IsVirtual: new(i == 1), VirtualType: "KVM", Ativo: new(true),
		ClienteID: int64(i % 4), DataRegistro: store.Hora{Time: testNow.AddDate(0, -1, 0)},
		InfoExtra: store.Objeto(
			`{"versao_agente":"2.4.1","cpu":{"nucleos":6,"virtualizacao":true,"temperaturas":[41.5,43]},"discos":[{"nome":"C:","livre":"120 GB"},{"nome":"D:","livre":null}],"rede":{},"observacao":"` + "linha 1\\nlinha 2\\u001b[31m" + `"}`,
		),
	}
	if d.ClienteID != 0 {
		d.ClienteNome = nasty[(i+1)%len(nasty)]
	}
	if i != 6 {
		d.UltimoHeartbeat = store.Hora{Time: testNow.Add(-age)}
	}
	return d
}

func machines() (out []store.Dispositivo) {
	for i := range 14 {
		out = append(out, machineNo(i))
	}
	return out
}

func onDevices(b *bench) {
	b.goTo("dispositivos")
	give(b, b.devices(), machines()...)
	b.send(kit.TickMsg{})
}

func conexaoAt(i int) store.Conexao {
	c := store.Conexao{
		ID: int64(
			900 - i,
		), DispositivoID: 50, DispositivoNome: "PC da Antônia", ClienteID: 1, IPOrigem: "192.168.0.7", PortaOrigem: new(51000 + int64(i)), IPDestino: "142.250.219.14", PortaDestino: new(int64(443)),
		Protocolo: "TCP", Status: "ESTABLISHED", Processo: "chrome.exe", PID: new(int64(4242)), DataHora: store.Hora{Time: testNow.Add(-time.Duration(i*i) * time.Minute)},
		DuracaoSegundos: new(int64(3700)), BytesEnviados: new(int64(5_400_000)), BytesRecebidos: new(int64(980)),
	}
	switch i % 4 {
	case 1:
		c.IPDestino, c.PortaDestino, c.Status, c.Processo = "2001:db8:85a3::8a2e:370:7334", new(int64(5432)), "TIME_WAIT", "backup 王小明"
	case 2:
		c.IPDestino, c.IPOrigem, c.PortaDestino, c.Status = "127.0.0.1", "::1", new(int64(3306)), "LISTEN"
	case 3:
		c = store.Conexao{ID: c.ID, IPDestino: "lixo\x1b[2J", Status: "ESTRANHO"}
	}
	return c
}

func conexoesNo(n int) (out []store.Conexao) {
	for i := range n {
		out = append(out, conexaoAt(i))
	}
	return out
}

func (b *bench) gotMachine(m machine, err error) {
	d := topOf[*dispositivoDetail](b)
	b.send(kit.Answer[machine]{Seq: d.Ask.Seq, Value: m, Err: err})
}

func inDevice(b *bench) {
	onDevices(b)
	b.keys("down", "enter")
	b.gotMachine(machine{Dispositivo: machineNo(1), conexoes: conexoesNo(4), total: 812}, nil)
}

func inDeviceForm(b *bench) {
	onDevices(b)
	b.keys("down", "e")
}

func dispositivosScenes() []scene {
	return []scene{
		{"dispositivos", onDevices},
		{"dispositivos-vazia", func(b *bench) { b.goTo("dispositivos"); give(b, b.devices()) }},
		{"dispositivos-busca-vazia", func(b *bench) {
			onDevices(b)
			b.keys("f", "/")
			b.typeText("xyz")
			b.keys("enter")
			give(b, b.devices())
		}},
		{"dispositivos-filtro", func(b *bench) { onDevices(b); b.keys("f", "f"); give(b, b.devices(), machines()[3:6]...) }},
		{"dispositivos-erro", func(b *bench) { b.goTo("dispositivos"); deny(b, b.devices(), store.ErrUnavailable) }},
		{"dispositivos-filtrar", func(b *bench) { onDevices(b); b.keys("F", "right", "tab"); b.typeText("servidor") }},
		{"dispositivo", inDevice},
		{"dispositivo-meio", func(b *bench) { inDevice(b); b.keys("pgdown") }},
		{"dispositivo-sumiu", func(b *bench) { inDevice(b); b.keys("r"); b.gotMachine(machine{}, store.ErrNotFound) }},
		{"dispositivo-formulario", func(b *bench) {
			inDeviceForm(b)
			b.keys("backspace", "ctrl+s")
			f := topOf[*dispositivoForm](b)
			b.send(
				kit.Answer[store.Dispositivo]{
					Seq:   f.ask.Seq,
					Value: store.Dispositivo{},
					Err:   &store.InvalidError{Campos: map[string]string{"nome": "Não pode ficar vazio"}},
				},
			)
		}},
		{"dispositivo-dono", func(b *bench) {
			inDeviceForm(b)
			b.keys("tab", "tab", "enter")
			b.typeText("ant")
			p := topOf[*clientePicker](b)
			b.send(kit.SearchMsg{Seq: p.Pending})
			give(b, &p.List, people(5).Items...)
		}},
		{"dispositivo-dono-lista", func(b *bench) {
			inDeviceForm(b)
			b.keys("tab", "tab", "enter")
			give(b, &topOf[*clientePicker](b).List, people(5).Items...)
			b.keys("esc")
		}},
		{"dispositivo-remover", func(b *bench) { inDevice(b); b.keys("delete"); b.typeText("João") }},
	}
}

func TestDeviceGoesOfflineOnTheScreenWithoutAKey(t *testing.T) {
	b := newBench(t, 120, 24)
	onDevices(b)
	require.Contains(t, b.View(), "❯ ● Antônia Conceição")
	require.Contains(t, b.View(), "online há 4 min")
	b.wait(time.Minute)
	require.Contains(t, b.View(), "offline há 5 min", "also before the database has told so")
	require.True(t, b.devices().List.Busy(), "and the list is read again")
	back := machines()
	back[3].UltimoHeartbeat = store.Hora{Time: b.clock}
	give(b, b.devices(), back...)
	require.Regexp(t, `(?m)● João da Silva.*online há 1 min[\s\S]*○ Jo.{1,3}o Decomposto`, b.View(), "who is gone stands below")
	require.Contains(t, b.View(), "● 王小明", "and who is back above")
}

// Heartbeats come all the time: a list that jumps with each cannot be read.
func TestHeartbeatsDoNotShuffleTheList(t *testing.T) {
	b := newBench(t, 120, 24)
	onDevices(b)
	b.keys("down")
	sel, _ := b.devices().Window.Selected()
	b.wait(2 * time.Second)
	rows := machines()
	rows[2].UltimoHeartbeat = store.Hora{Time: b.clock}
	rows[0], rows[1], rows[2] = rows[2], rows[0], rows[1]
	give(b, b.devices(), rows...)
	var ids []int64
	for _, r := range b.devices().Window.Rows[:3] {
		ids = append(ids, r.ID)
	}
	require.Equal(t, []int64{50, 49, 48}, ids)
	now, _ := b.devices().Window.Selected()
	require.Equal(t, sel.ID, now.ID)
	require.Contains(t, b.View(), "online há 0 s", "what was read is shown all the same")
}

func TestRemovingADeviceNamesItAndAsksForItsName(t *testing.T) {
	b := newBench(t, 100, 30)
	inDevice(b)
	b.keys("delete")
	require.Contains(t, b.View(), "Remover de vez “João da Silva” (nº 49) e todas as")
	require.Contains(t, b.View(), "❯ Cancelar ❮")
	b.typeText("João da Silva")
	b.arm()
	b.keys("right")
	b.arm()
	b.keys("enter")
	c := topOf[*kit.Confirm](b)
	require.True(t, c.Ask.Busy())
	b.send(kit.Answer[int64]{Seq: c.Ask.Seq})
	require.Contains(t, b.View(), "✓ Dispositivo “João da Silva” removido.")
}

func TestDevicePageLeadsToItsClientAndBack(t *testing.T) {
	b := newBench(t, 100, 30)
	onDevices(b)
	b.keys("down", "C")
	require.EqualValues(t, 1, topOf[*clienteDetail](b).ID)
	b.keys("esc")
	sel, _ := topOf[*dispositivos](b).List.Window.Selected()
	require.EqualValues(t, 49, sel.ID)
	b.keys("up", "C")
	require.Contains(t, b.View(), "✗ Este registro não tem cliente.")
	b.keys("X")
	require.Equal(t, owner{dispositivo: 50, name: "Antônia Conceição de Souza"}, topOf[*conexoes](b).of)
}

func TestOwnerIsChosenFromAListThatAnswersTheSearch(t *testing.T) {
	b := newBench(t, 100, 30)
	inDeviceForm(b)
	b.keys("tab", "tab", "enter")
	p := topOf[*clientePicker](b)
	give(b, &p.List, people(9).Items...)
	b.typeText("ant")
	b.keys("enter")
	require.Contains(t, b.View(), "ainda não respondeu", "the rows of another search are not chosen from")
	give(b, &p.List, people(5).Items...)
	b.keys("down", "enter")
	f := topOf[*dispositivoForm](b)
	require.Equal(t, map[string]string{"cliente_id": "99"}, f.form.Changed())
	require.Contains(t, b.View(), "João da Silva")
	b.keys("enter", "esc", "0")
	require.Equal(t, map[string]string{"cliente_id": "0"}, f.form.Changed())
	b.keys("ctrl+s")
	require.True(t, f.ask.Busy())
	b.send(kit.Answer[written[store.Dispositivo]]{Seq: f.ask.Seq, Err: errors.New("caiu")})
	require.Contains(t, b.View(), "Nada do que você digitou se perdeu")
	b.keys("ctrl+s")
	now := machineNo(1)
	now.Tipo = "quiosque"
	b.send(kit.Answer[written[store.Dispositivo]]{Seq: f.ask.Seq, Value: written[store.Dispositivo]{now: now}, Err: store.ErrConflict})
	require.Contains(t, b.View(), "Outra pessoa alterou este dispositivo")
	require.Equal(t, "quiosque", f.original.Tipo, "saving again is about what is there now")
	require.Equal(t, map[string]string{"cliente_id": "0"}, f.form.Changed())
}

func TestPeopleWhoMayNotChangeDevicesAreTold(t *testing.T) {
	require.Equal(t, "", newBench(t, 80, 24).env.deviceBlocked())
	b := newBench(t, 80, 24, func(c *Config) { c.Handle = (&store.Store{}).As(store.Stranger(store.Origem{})) })
	require.Contains(t, b.env.deviceBlocked(), "não pode alterar dispositivos")
}

func TestTreeShowsWhatTheAgentSaid(t *testing.T) {
	th := newBench(t, 80, 24).env.Theme
	lines := th.Tree(machineNo(0).InfoExtra, 60)
	require.Equal(t, []string{
		"versao agente: 2.4.1", "cpu", "│ nucleos: 6", "│ virtualizacao: sim", "│ temperaturas", "│ │ • 41.5", "│ │ • 43",
		"discos", "│ •", "│ │ nome: C:", "│ │ livre: 120 GB", "│ •", "│ │ nome: D:", "│ │ livre: –", "rede (vazio)",
		"observacao: linha 1", "            linha 2[31m",
	}, lines)
	for _, odd := range []string{"", "{}", "null", "texto solto", `{"a":`, `[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]`, `"só texto"`} {
		require.NotEmpty(t, th.Tree(store.Objeto(odd), 20), odd)
	}
}
