package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// pedaco is which window a walk asks for.
type pedaco struct {
	pagina   int
	cursor   string
	ultima   bool
	semTotal bool
}

// passeio walks one list in every way and compares what it met with want.
type passeio[T any] struct {
	nome string
	want []int64
	id   func(T) int64
	ler  func(pedaco) (store.Pagina[T], error)
}

func (p passeio[T]) open(t *testing.T, at pedaco) (store.Pagina[T], []int64) {
	t.Helper()
	page, err := p.ler(at)
	require.NoError(t, err, "%s %+v", p.nome, at)
	if at.semTotal {
		require.Equal(t, -1, page.Total, p.nome)
	} else {
		require.Equal(t, len(p.want), page.Total, "total of %s %+v", p.nome, at)
	}
	got := []int64{}
	for _, r := range page.Itens {
		got = append(got, p.id(r))
	}
	return page, got
}

func (p passeio[T]) walk(t *testing.T) {
	t.Helper()
	byPage := []int64{}
	for n := 1; ; n++ {
		_, got := p.open(t, pedaco{pagina: n})
		if len(got) == 0 {
			break
		}
		byPage = append(byPage, got...)
	}
	require.Equal(t, p.want, byPage, "%s by page", p.nome)
	p.idaEVolta(t)
	at, back := pedaco{ultima: true, semTotal: true}, []int64{}
	for {
		page, got := p.open(t, at)
		back = append(got, back...)
		if page.Anterior == "" {
			break
		}
		at = pedaco{cursor: page.Anterior, semTotal: !at.semTotal}
	}
	require.Equal(t, p.want, back, "%s from its end", p.nome)
}

// idaEVolta walks to the end by cursors and back to the beginning.
func (p passeio[T]) idaEVolta(t *testing.T) {
	t.Helper()
	at, there := pedaco{semTotal: true}, []int64{}
	var page store.Pagina[T]
	for {
		var got []int64
		page, got = p.open(t, at)
		there = append(there, got...)
		if page.Proximo == "" {
			break
		}
		at = pedaco{cursor: page.Proximo, semTotal: !at.semTotal}
	}
	require.Equal(t, p.want, there, "%s by cursor", p.nome)
	back := there[len(there)-len(page.Itens):]
	for page.Anterior != "" {
		var got []int64
		page, got = p.open(t, pedaco{cursor: page.Anterior, semTotal: true})
		back = append(slices.Clone(got), back...)
	}
	require.Equal(t, p.want, back, "%s back by cursor", p.nome)
}

// registroSolto is a row as another program writes it: an id, a time or none, and
// what filters look at.
type registroSolto struct {
	id                        int64
	at                        string // "" is NULL
	cliente, dispositivo      int64
	tipo, sistema, nome, sala string
	apagada                   bool
}

func numero(n int64) string {
	if n == 0 {
		return "NULL"
	}
	return strconv.FormatInt(n, 10)
}

func literal(s string) string {
	if s == "" {
		return "NULL"
	}
	return "'" + s + "'"
}

// soltos repeats few values in different rhythms, so that many rows share a
// microsecond and many have none. The clock of these tests stands at inicio.
func soltos(n int) []registroSolto {
	var list []registroSolto
	forma := func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000000") }
	for i := range n {
		list = append(list, registroSolto{
			id: int64(i + 1),
			at: [...]string{
				"", forma(start), forma(start.Add(-5 * time.Minute)), forma(start.Add(-5*time.Minute + time.Microsecond)), "2026-11-20 02:59:59.999999",
				"2026-11-20 03:00:00.000000", forma(start.Add(-time.Duration(i) * time.Hour)),
			}[i%7],
			cliente: int64(i % 4), dispositivo: int64(1 + i%5),
			tipo: [...]string{"desktop", "servidor", "", "Desktop"}[i%4], sistema: [...]string{"Windows 11", "Ubuntu Linux", ""}[i%3],
			nome: [...]string{"Recepção", "CAIXA-%", "a_b", "", "ESTAÇÃO"}[i%5], sala: [...]string{"geral", "Geral", "suporte", ""}[i%4], apagada: i%6 == 0,
		})
	}
	return list
}

// escolhe is the brute force: the ids of the rows that pass, in list order.
func escolhe(rows []registroSolto, porHora bool, pass func(registroSolto) bool) []int64 {
	hit := slices.DeleteFunc(slices.Clone(rows), func(r registroSolto) bool { return !pass(r) })
	slices.SortFunc(hit, func(a, b registroSolto) int {
		if porHora && a.at != b.at {
			return strings.Compare(b.at, a.at)
		}
		return cmp.Compare(b.id, a.id)
	})
	ids := []int64{}
	for _, r := range hit {
		ids = append(ids, r.id)
	}
	return ids
}

func insereSoltos(t *testing.T, e storetest.Engine, url, into string, rows []registroSolto, values func(registroSolto) string) {
	t.Helper()
	var all []string
	for _, r := range rows {
		all = append(all, "("+values(r)+")")
	}
	db := e.Foreign(t, url)
	e.Exec(t, db, "INSERT INTO "+into+" VALUES "+strings.Join(all, ", "))
	require.NoError(t, db.Close())
}

// TestListsMeetEveryRowOnce compares every filter of every list with brute force,
// by page, by cursor there and back, and from the end.
func TestListsMeetEveryRowOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		url := e.Fresh(t)
		s := e.Open(t, url, storetest.Now(func() time.Time { return start }))
		h := s.As(storetest.Operator)
		rows := soltos(63)
		insereSoltos(t, e, url, "clientes(id, nome, email)", []registroSolto{{id: 1, nome: "João"}, {id: 2, nome: "Maria"}, {id: 3, nome: "Zé"}},
			func(r registroSolto) string { return fmt.Sprintf("%d, '%s', 'p%d@exemplo.com'", r.id, r.nome, r.id) })
		t.Run("dispositivos", func(t *testing.T) { passeiaDispositivos(t, e, url, h, rows) })
		t.Run("conexoes", func(t *testing.T) { passeiaConexoes(t, e, url, h, rows) })
		t.Run("logs", func(t *testing.T) { passeiaLogs(t, e, url, h, rows) })
		t.Run("mensagens", func(t *testing.T) { passeiaMensagens(t, e, url, h, rows) })
		t.Run("sessoes", func(t *testing.T) { passeiaSessoes(t, e, url, h, rows) })
		t.Run("chaves", func(t *testing.T) { passeiaChaves(t, e.New(t).As(storetest.Operator)) })
	})
}

func passeiaDispositivos(t *testing.T, e storetest.Engine, url string, h *store.Handle, rows []registroSolto) {
	insereSoltos(t, e, url, "dispositivos(id, cliente_id, nome, tipo, sistema_operacional, mac_address, ultimo_heartbeat)", rows, func(r registroSolto) string {
		return fmt.Sprintf("%d, %s, %s, %s, %s, 'AA:BB:CC:00:00:%02X', %s", r.id, numero(r.cliente), literal(r.nome), literal(r.tipo), literal(r.sistema), r.id, literal(r.at))
	})
	yes, no := true, false
	online := func(r registroSolto) bool {
		return r.at > start.UTC().Add(-5*time.Minute).Format("2006-01-02 15:04:05.000000")
	}
	for _, c := range []struct {
		f    store.DispositivoFiltro
		pass func(registroSolto) bool
	}{
		{store.DispositivoFiltro{}, func(registroSolto) bool { return true }},
		{store.DispositivoFiltro{Online: &yes}, online},
		{store.DispositivoFiltro{Online: &no}, func(r registroSolto) bool { return !online(r) }},
		{store.DispositivoFiltro{Tipo: "desktop"}, func(r registroSolto) bool { return r.tipo == "desktop" }},
		{store.DispositivoFiltro{ClienteID: 2}, func(r registroSolto) bool { return r.cliente == 2 }},
		{store.DispositivoFiltro{Sistema: "WINDOWS"}, func(r registroSolto) bool { return r.sistema == "Windows 11" }},
		{store.DispositivoFiltro{Busca: "recepcao"}, func(r registroSolto) bool { return r.nome == "Recepção" }},
		{store.DispositivoFiltro{Busca: "%"}, func(r registroSolto) bool { return r.nome == "CAIXA-%" }},
		{store.DispositivoFiltro{Busca: "joao"}, func(r registroSolto) bool { return r.cliente == 1 }},
		{store.DispositivoFiltro{Busca: "aabbcc00000a"}, func(r registroSolto) bool { return r.id == 10 }},
		{store.DispositivoFiltro{Busca: "estacao linux", Sistema: "ubuntu", Online: &no}, func(r registroSolto) bool {
			return r.nome == "ESTAÇÃO" && r.sistema == "Ubuntu Linux" && !online(r)
		}},
		{store.DispositivoFiltro{Busca: "ninguém"}, func(registroSolto) bool { return false }},
	} {
		passeio[store.Dispositivo]{
			nome: fmt.Sprintf("%+v", c.f), want: escolhe(rows, true, c.pass), id: func(d store.Dispositivo) int64 { return d.ID },
			ler: func(p pedaco) (store.Pagina[store.Dispositivo], error) {
				f := c.f
				f.PorPagina, f.Pagina, f.Cursor, f.Ultima, f.SemTotal = 7, p.pagina, p.cursor, p.ultima, p.semTotal
				page, err := h.Dispositivos.List(t.Context(), f)
				for _, d := range page.Itens {
					require.Equal(t, online(registroSolto{at: hora(d.UltimoHeartbeat)}), d.Online)
				}
				return page, err
			},
		}.walk(t)
	}
}

// hora is a time as the tables hold it, "" for NULL.
func hora(h store.Hora) string {
	if h.IsZero() {
		return ""
	}
	return h.UTC().Format("2006-01-02 15:04:05.000000")
}

// periodos are days of São Paulo, where 2026-11-20 begins at 03:00 UTC.
var periodos = []struct{ de, ate, desde, antes string }{
	{"", "", "", "9"},
	{"2026-11-20", "", "2026-11-20 03:00", "9"},
	{"", "19/11/2026", "0", "2026-11-20 03:00"},
	{"20/11/2026", "2026-11-20", "2026-11-20 03:00", "2026-11-21 03:00"},
	{"2026-11-20T03:00:00Z", "2026-11-20T03:00:00.000000Z", "2026-11-20 03:00", "2026-11-20 03:00:00.000001"},
	{"2026-11-19T23:59:59.999999-03:00", "2026-11-22", "2026-11-20 02:59:59.999999", "2026-11-23 03:00"},
}

func passeiaConexoes(t *testing.T, e storetest.Engine, url string, h *store.Handle, rows []registroSolto) {
	insereSoltos(t, e, url, "conexoes(id, cliente_id, dispositivo_id, data_hora)", rows, func(r registroSolto) string {
		return fmt.Sprintf("%d, %s, %d, %s", r.id, numero(r.cliente), r.dispositivo, literal(r.at))
	})
	for _, de := range periodos {
		for _, f := range []store.ConexaoFiltro{{}, {DispositivoID: 3}, {ClienteID: 2}, {DispositivoID: 3, ClienteID: 1}, {DispositivoID: 99}} {
			f.De, f.Ate = de.de, de.ate
			want := escolhe(rows, true, func(r registroSolto) bool {
				return (f.DispositivoID == 0 || r.dispositivo == f.DispositivoID) && (f.ClienteID == 0 || r.cliente == f.ClienteID) && r.at >= de.desde && r.at < de.antes
			})
			passeio[store.Conexao]{
				nome: fmt.Sprintf("%+v", f), want: want, id: func(c store.Conexao) int64 { return c.ID },
				ler: func(p pedaco) (store.Pagina[store.Conexao], error) {
					f := f
					f.PorPagina, f.Pagina, f.Cursor, f.Ultima, f.SemTotal = 7, p.pagina, p.cursor, p.ultima, p.semTotal
					return h.Conexoes.List(t.Context(), f)
				},
			}.walk(t)
		}
	}
	for _, f := range []store.ConexaoFiltro{{De: "ontem"}, {Ate: "31/02/2026"}, {De: "2026-11-21", Ate: "2026-11-20"}, {Cursor: "lixo"}} {
		_, err := h.Conexoes.List(t.Context(), f)
		var bad *store.InvalidError
		require.ErrorAs(t, err, &bad, "%+v", f)
	}
}

func passeiaLogs(t *testing.T, e storetest.Engine, url string, h *store.Handle, rows []registroSolto) {
	nivel := func(r registroSolto) string { return [...]string{"info", "warning", "INFO", ""}[r.id%4] }
	insereSoltos(t, e, url, "logs_auditoria(id, cliente_id, acao, descricao, dados, nivel, data_hora)", rows, func(r registroSolto) string {
		dados := fmt.Sprintf(`{"ator": "pessoa:%d Jos\u00e9"}`, r.cliente)
		if e.Name == "mariadb" {
			dados = strings.ReplaceAll(dados, `\`, `\\`)
		}
		return fmt.Sprintf("%d, %s, '%s', %s, '%s', %s, %s", r.id, numero(r.cliente), "acao_"+r.tipo, literal(r.nome), dados, literal(nivel(r)), literal(r.at))
	})
	for _, c := range []struct {
		f    store.LogFiltro
		pass func(registroSolto) bool
	}{
		{store.LogFiltro{}, func(registroSolto) bool { return true }},
		{store.LogFiltro{Acao: "acao_desktop"}, func(r registroSolto) bool { return r.tipo == "desktop" }},
		{store.LogFiltro{Nivel: "info"}, func(r registroSolto) bool { return nivel(r) == "info" }},
		{store.LogFiltro{ClienteID: 3, Nivel: "warning"}, func(r registroSolto) bool { return r.cliente == 3 && nivel(r) == "warning" }},
		{store.LogFiltro{De: "20/11/2026", Ate: "20/11/2026"}, func(r registroSolto) bool { return r.at >= "2026-11-20 03:00" && r.at < "2026-11-21 03:00" }},
		{store.LogFiltro{Busca: "recepcao"}, func(r registroSolto) bool { return r.nome == "Recepção" }},
		{store.LogFiltro{Busca: "josé pessoa:2", De: "20/11/2026"}, func(r registroSolto) bool { return r.cliente == 2 && r.at >= "2026-11-20 03:00" }},
	} {
		passeio[store.Log]{
			nome: fmt.Sprintf("%+v", c.f), want: escolhe(rows, true, c.pass), id: func(l store.Log) int64 { return l.ID },
			ler: func(p pedaco) (store.Pagina[store.Log], error) {
				f := c.f
				f.PorPagina, f.Pagina, f.Cursor, f.Ultima, f.SemTotal = 7, p.pagina, p.cursor, p.ultima, p.semTotal
				return h.Logs.List(t.Context(), f)
			},
		}.walk(t)
	}
}

func passeiaMensagens(t *testing.T, e storetest.Engine, url string, h *store.Handle, rows []registroSolto) {
	insereSoltos(t, e, url, "mensagens_chat(id, sala, mensagem, deletada, data_hora)", rows, func(r registroSolto) string {
		return fmt.Sprintf("%d, %s, 'm%d', %t, %s", r.id, literal(r.sala), r.id, r.apagada, literal(r.at))
	})
	for _, sala := range []string{"", "Geral", "suporte", "vazia"} {
		want := escolhe(rows, false, func(r registroSolto) bool { return r.sala == cmp.Or(sala, "geral") && !r.apagada })
		passeio[store.Mensagem]{
			nome: sala, want: want, id: func(m store.Mensagem) int64 { return m.ID },
			// A conversation is read from the old to the new; the walk turns it round.
			ler: func(p pedaco) (store.Pagina[store.Mensagem], error) {
				page, err := h.Chat.List(t.Context(), store.MensagemFiltro{Sala: sala, PorPagina: 4, Pagina: p.pagina, Cursor: p.cursor, Primeira: p.ultima, SemTotal: p.semTotal})
				require.True(t, slices.IsSortedFunc(page.Itens, func(a, b store.Mensagem) int { return cmp.Compare(a.ID, b.ID) }))
				slices.Reverse(page.Itens)
				page.Proximo, page.Anterior = page.Anterior, page.Proximo
				return page, err
			},
		}.walk(t)
		if len(want) == 0 {
			continue
		}
		page, err := h.Chat.List(t.Context(), store.MensagemFiltro{Sala: sala, PorPagina: 3, AntesDe: want[3]})
		require.NoError(t, err)
		require.Equal(t, []int64{want[6], want[5], want[4]}, []int64{page.Itens[0].ID, page.Itens[1].ID, page.Itens[2].ID})
	}
	salas, err := h.Chat.Salas(t.Context())
	require.NoError(t, err)
	require.Len(t, salas, 3)
	for _, s := range salas {
		all := escolhe(rows, false, func(r registroSolto) bool { return r.sala == s.Sala && !r.apagada })
		require.Equal(t, len(all), s.Mensagens, s.Sala)
	}
}

func passeiaSessoes(t *testing.T, e storetest.Engine, url string, h *store.Handle, rows []registroSolto) {
	insereSoltos(t, e, url, "sessoes(id, cliente_id, token, ativa, data_expiracao, ultima_atividade)", rows, func(r registroSolto) string {
		return fmt.Sprintf("%d, %s, 't%d', %t, '2027-01-01 00:00:00', %s", r.id, numero(r.cliente), r.id, !r.apagada, literal(r.at))
	})
	for _, cliente := range []int64{0, 2} {
		want := escolhe(rows, true, func(r registroSolto) bool { return !r.apagada && (cliente == 0 || r.cliente == cliente) })
		passeio[store.SessaoAberta]{
			nome: strconv.FormatInt(cliente, 10), want: want, id: func(s store.SessaoAberta) int64 { return s.ID },
			ler: func(p pedaco) (store.Pagina[store.SessaoAberta], error) {
				return h.Sessoes.List(t.Context(), store.SessaoFiltro{ClienteID: cliente, PorPagina: 7, Pagina: p.pagina, Cursor: p.cursor, Ultima: p.ultima, SemTotal: p.semTotal})
			},
		}.walk(t)
	}
}

func passeiaChaves(t *testing.T, h *store.Handle) {
	var want []int64
	for i := range 8 {
		_, c, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: strconv.Itoa(i), Nivel: store.Leitura})
		require.NoError(t, err)
		want = append([]int64{c.ID}, want...)
	}
	passeio[store.Chave]{
		nome: "chaves", want: want, id: func(c store.Chave) int64 { return c.ID },
		ler: func(p pedaco) (store.Pagina[store.Chave], error) {
			return h.Chaves.List(t.Context(), store.ChaveFiltro{PorPagina: 3, Pagina: p.pagina, Cursor: p.cursor, Ultima: p.ultima, SemTotal: p.semTotal})
		},
	}.walk(t)
}
