package tui

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
)

// give answers a section's running question with one part.
func give[T any](b *bench, l *section[T], rows ...T) {
	b.Helper()
	require.True(b, l.list.busy(), "no question is running")
	first, _ := l.win.shown()
	if l.kind != loadAgain {
		first = 0
	}
	p := part[T]{place{}, stretch[T]{items: rows}}
	b.send(answer[loadedRows[T]]{l.list.seq, loadedRows[T]{l.kind, first, []part[T]{p}}, nil})
}

// deny answers a section's running question with an error.
func deny[T any](b *bench, l *section[T], err error) {
	b.send(answer[loadedRows[T]]{seq: l.list.seq, err: err})
}

// topOf is the screen in front, which must be an S.
func topOf[S screen](b *bench) S {
	b.Helper()
	s, ok := b.env.top().(S)
	require.True(b, ok, "%T is in front", b.env.top())
	return s
}

func (b *bench) devices() *section[store.Dispositivo] { return &topOf[*dispositivos](b).list }

func machineNo(i int) store.Dispositivo {
	age := []time.Duration{3 * time.Second, 40 * time.Second, 4 * time.Minute, 12 * time.Minute, 50 * time.Hour, 200 * 24 * time.Hour}[min(i, 5)]
	d := store.Dispositivo{
		ID: int64(50 - i), Nome: nasty[i%len(nasty)], Hostname: fmt.Sprintf("host-%02d", i), Tipo: []string{"servidor", "notebook", ""}[i%3],
		SistemaOperacional: "Windows", VersaoSO: "11 Pro", IPLocal: "192.168.0.7", IPPublico: "2001:db8::17", MACAddress: "02:00:5e:00:00:07",
		Processador: "Intel Core i5-12400", MemoriaTotal: "16 GB", DiscoTotal: "512 GB", IsVirtual: new(i == 1), VirtualType: "KVM", Ativo: new(true),
		ClienteID: int64(i % 4), DataRegistro: store.Hora{Time: testNow.AddDate(0, -1, 0)},
		InfoExtra: store.Objeto(`{"versao_agente":"2.4.1","cpu":{"nucleos":6,"virtualizacao":true,"temperaturas":[41.5,43]},"discos":[{"nome":"C:","livre":"120 GB"},{"nome":"D:","livre":null}],"rede":{},"observacao":"` + "linha 1\\nlinha 2\\u001b[31m" + `"}`),
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
	b.send(tickMsg{})
}

func conexaoAt(i int) store.Conexao {
	c := store.Conexao{
		ID: int64(900 - i), DispositivoID: 50, DispositivoNome: "PC da Antônia", ClienteID: 1, IPOrigem: "192.168.0.7", PortaOrigem: new(51000 + int64(i)), IPDestino: "142.250.219.14", PortaDestino: new(int64(443)),
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
	b.send(answer[machine]{d.ask.seq, m, err})
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
			b.send(answer[store.Dispositivo]{f.ask.seq, store.Dispositivo{}, &store.InvalidError{Campos: map[string]string{"nome": "Não pode ficar vazio"}}})
		}},
		{"dispositivo-dono", func(b *bench) {
			inDeviceForm(b)
			b.keys("tab", "tab", "enter")
			b.typeText("ant")
			p := topOf[*clientePicker](b)
			b.send(searchMsg{p.pending})
			give(b, &p.list, people(5).items...)
		}},
		{"dispositivo-dono-lista", func(b *bench) {
			inDeviceForm(b)
			b.keys("tab", "tab", "enter")
			give(b, &topOf[*clientePicker](b).list, people(5).items...)
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
	require.True(t, b.devices().list.busy(), "and the list is read again")
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
	sel, _ := b.devices().win.selected()
	b.wait(2 * time.Second)
	rows := machines()
	rows[2].UltimoHeartbeat = store.Hora{Time: b.clock}
	rows[0], rows[1], rows[2] = rows[2], rows[0], rows[1]
	give(b, b.devices(), rows...)
	var ids []int64
	for _, r := range b.devices().win.rows[:3] {
		ids = append(ids, r.ID)
	}
	require.Equal(t, []int64{50, 49, 48}, ids)
	now, _ := b.devices().win.selected()
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
	c := topOf[*confirm](b)
	require.True(t, c.ask.busy())
	b.send(answer[struct{}]{seq: c.ask.seq})
	require.Contains(t, b.View(), "✓ Dispositivo “João da Silva” removido.")
}

func TestDevicePageLeadsToItsClientAndBack(t *testing.T) {
	b := newBench(t, 100, 30)
	onDevices(b)
	b.keys("down", "C")
	require.EqualValues(t, 1, topOf[*clienteDetail](b).id)
	b.keys("esc")
	sel, _ := topOf[*dispositivos](b).list.win.selected()
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
	give(b, &p.list, people(9).items...)
	b.typeText("ant")
	b.keys("enter")
	require.Contains(t, b.View(), "ainda não respondeu", "the rows of another search are not chosen from")
	give(b, &p.list, people(5).items...)
	b.keys("down", "enter")
	f := topOf[*dispositivoForm](b)
	require.Equal(t, map[string]string{"cliente_id": "99"}, f.form.changed())
	require.Contains(t, b.View(), "João da Silva")
	b.keys("enter", "esc", "0")
	require.Equal(t, map[string]string{"cliente_id": "0"}, f.form.changed())
	b.keys("ctrl+s")
	require.True(t, f.ask.busy())
	b.send(answer[store.Dispositivo]{seq: f.ask.seq, err: errors.New("caiu")})
	require.Contains(t, b.View(), "Nada do que você digitou se perdeu")
	b.keys("ctrl+s")
	now := machineNo(1)
	now.Tipo = "quiosque"
	b.send(answer[store.Dispositivo]{f.ask.seq, now, store.ErrConflict})
	require.Contains(t, b.View(), "Outra pessoa alterou este dispositivo")
	require.Equal(t, "quiosque", f.original.Tipo, "saving again is about what is there now")
	require.Equal(t, map[string]string{"cliente_id": "0"}, f.form.changed())
}

func TestPeopleWhoMayNotChangeDevicesAreTold(t *testing.T) {
	require.Equal(t, "", newBench(t, 80, 24).env.deviceBlocked())
	b := newBench(t, 80, 24, func(c *Config) { c.Handle = (&store.Store{}).As(store.Stranger(store.Origem{})) })
	require.Contains(t, b.env.deviceBlocked(), "não pode alterar dispositivos")
}

func TestTreeShowsWhatTheAgentSaid(t *testing.T) {
	th := newBench(t, 80, 24).env.th
	lines := th.tree(machineNo(0).InfoExtra, 60)
	require.Equal(t, []string{
		"versao agente: 2.4.1", "cpu", "│ nucleos: 6", "│ virtualizacao: sim", "│ temperaturas", "│ │ • 41.5", "│ │ • 43",
		"discos", "│ •", "│ │ nome: C:", "│ │ livre: 120 GB", "│ •", "│ │ nome: D:", "│ │ livre: –", "rede (vazio)",
		"observacao: linha 1", "            linha 2[31m",
	}, lines)
	for _, odd := range []string{"", "{}", "null", "texto solto", `{"a":`, `[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]`, `"só texto"`} {
		require.NotEmpty(t, th.tree(store.Objeto(odd), 20), odd)
	}
}
