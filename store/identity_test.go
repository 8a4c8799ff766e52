package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// How a registration of the identity table ends, beside the letter of a device.
const (
	recusada   = "403"
	naoHa      = "404"
	invalida   = "400"
	adm, mod   = "admin", "moderador"
	k1, k2     = "chave 1", "chave 2"
	velho      = "10.0.0.1" // an address is a caller of the old days
	outroVelho = "10.0.0.2"
)

// diz is one registration. In what it says <H>, <I> and <M>, <N> are names and
// addresses that no other row has.
type diz struct {
	quem    string
	info    string
	owner   int    // 2, 3: the clients; 0: not said; 99: there is none
	segredo string // says its hash; with quem "segredo" it is the credential
	// espera is the letter of the device that it is: one that was not named before
	// is a new one.
	espera    string
	fica      int  // whose the device is afterwards, where dono does not say it
	ignorados bool // cliente_id is named
}

// linhaIdentidade is a story: what other programs left there, and who registers.
type linhaIdentidade struct {
	nome   string
	antes  string // rows of the Flask system: cliente_id, hostname, mac_address, ip_publico; the first is "a"
	passos []diz
}

const (
	hm  = `{"hostname":"<H>","mac_address":"<M>"}`
	im  = `{"hostname":"<I>","mac_address":"<M>"}`
	hn  = `{"hostname":"<H>","mac_address":"<N>"}`
	soH = `{"hostname":"<H>"}`
	soM = `{"mac_address":"<M>"}`
)

var identidades = []linhaIdentidade{
	{"dois computadores de um nome", "", []diz{
		{quem: adm, info: hm, owner: 2, espera: "a"},
		{quem: adm, info: hn, owner: 3, espera: "b"},
		{quem: adm, info: hm, owner: 2, espera: "a"},
		{quem: adm, info: hn, espera: "b", fica: 3},
	}},
	{"dois computadores de um nome, com segredo", "", []diz{
		{quem: k1, info: hm, owner: 2, segredo: "s1", espera: "a"},
		{quem: k1, info: hn, owner: 3, segredo: "s2", espera: "b"},
		{quem: k1, info: hn, owner: 3, segredo: "s2", espera: "b"},
		{quem: k1, info: hm, owner: 2, segredo: "s1", espera: "a"},
	}},
	{"o mesmo MAC em todas as grafias", "", []diz{
		{quem: adm, info: `{"mac_address":"aa:bb:0c:<2>:<3>:ee"}`, espera: "a"},
		{quem: adm, info: `{"mac_address":"AA-BB-0C-<2>-<3>-EE"}`, espera: "a"},
		{quem: adm, info: `{"mac_address":"aabb.0c<2>.<3>ee"}`, espera: "a"},
		{quem: adm, info: `{"mac_address":"AABB0C<2><3>EE"}`, espera: "a"},
		{quem: adm, info: `{"mac_address":" AA BB 0C <2> <3> EE "}`, espera: "a"},
		{quem: adm, info: `{"mac_address":"AA:BB:0C:<2>:<3>:EF"}`, espera: "b"},
	}},
	{"o mesmo nome em outras letras", "", []diz{
		{quem: adm, info: `{"hostname":"Recepção-<H>"}`, espera: "a"},
		{quem: adm, info: `{"hostname":"RECEPÇÃO-<H>"}`, espera: "a"},
		{quem: adm, info: `{"hostname":" recepção-<H> "}`, espera: "a"},
		{quem: adm, info: `{"hostname":"recepcao-<H>"}`, espera: "b"},
		{quem: adm, info: `{"hostname":"recepção-<H>x"}`, espera: "c"},
	}},
	{"um nome e dois clientes", "", []diz{
		{quem: adm, info: soH, owner: 2, espera: "a"},
		{quem: adm, info: soH, owner: 3, espera: "b"},
		{quem: k1, info: soH, owner: 99, espera: invalida},
		{quem: adm, info: soH, owner: 2, espera: "a"},
		{quem: adm, info: soH, espera: "c"}, // it says not whose it is
		{quem: adm, info: soH, espera: "c"},
	}},
	{"quem tem MAC não é conhecido pelo nome", "", []diz{
		{quem: adm, info: hm, espera: "a"},
		{quem: adm, info: soH, espera: "b"},
		{quem: adm, info: soH, espera: "b"},
		{quem: adm, info: hn, espera: "c"},
	}},
	{"muda de dono pelo MAC, quando quem pode o diz", "", []diz{
		{quem: adm, info: hm, owner: 2, espera: "a"},
		{quem: mod, info: im, owner: 3, espera: "a"},
		{quem: adm, info: im, owner: 99, espera: invalida},
		{quem: adm, info: im, espera: "a", fica: 3},
	}},
	{"não muda de dono por uma chave de agente", "", []diz{
		{quem: k1, info: hm, owner: 2, espera: "a"},
		{quem: k1, info: hm, owner: 3, espera: "a", fica: 2, ignorados: true},
		{quem: k1, info: hm, owner: 99, espera: "a", fica: 2, ignorados: true},
		{quem: k1, info: im, owner: 2, espera: "a"},
		{quem: k1, info: `{"hostname":"<J>","mac_address":"<M>"}`, owner: 3, espera: "b"}, // nothing of it is the same but a dock's address
	}},
	{"nem pelo próprio dispositivo, nem na transição", "", []diz{
		{quem: k1, info: hm, segredo: "s3", owner: 2, espera: "a"},
		{quem: "segredo", info: im, segredo: "s3", owner: 3, espera: "a", fica: 2, ignorados: true},
		{quem: velho, info: hn, owner: 2, espera: "b"},
		{quem: velho, info: hn, owner: 3, espera: "b", fica: 2, ignorados: true},
		{quem: velho, info: hn, owner: 99, espera: "b", fica: 2, ignorados: true},
	}},
	{"quem não tem dono fica com o que é dito", "", []diz{
		{quem: k1, info: hm, espera: "a"},
		{quem: k1, info: hm, owner: 2, espera: "a"},
		{quem: velho, info: soH, owner: 99, espera: "b"},
		{quem: velho, info: soH, owner: 99, espera: "b"},
		{quem: velho, info: soH, owner: 3, espera: "b"},
		{quem: velho, info: soH, owner: 2, espera: "c"},
	}},
	{"nomes que todos têm", "", []diz{
		{quem: adm, info: `{"hostname":"localhost"}`, espera: "a"},
		{quem: adm, info: `{"hostname":"LOCALHOST"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"localhost"}`, espera: "b"},
		{quem: k1, info: `{"hostname":"localhost"}`, espera: "b"},
		{quem: k2, info: `{"hostname":"localhost"}`, espera: "c"},
		{quem: k1, info: `{"hostname":"localhost"}`, owner: 2, espera: "d"},
		{quem: k1, info: `{"hostname":"localhost"}`, owner: 3, espera: "e"},
		{quem: k1, info: `{"hostname":"localhost"}`, owner: 2, espera: "d"},
		{quem: velho, info: `{"hostname":"raspberrypi.local"}`, espera: "f"},
		{quem: outroVelho, info: `{"hostname":"raspberrypi.local"}`, espera: "g"},
		{quem: velho, info: `{"hostname":"raspberrypi.local"}`, espera: "f"},
		{quem: velho, info: `{"hostname":"raspberrypi.local"}`, owner: 3, espera: "h"},
	}},
	{"sem nome nenhum", "", []diz{
		{quem: k1, info: `{}`, owner: 3, espera: "a"},
		{quem: k1, info: `{"processador":"x"}`, owner: 3, espera: "a"},
		{quem: k2, info: `{}`, owner: 3, espera: "b"},
		{quem: mod, info: `{}`, owner: 3, espera: "c"},
		{quem: k1, info: `{"hostname":"desktop"}`, segredo: "s4", espera: "d"},
		{quem: k1, info: `{"hostname":"desktop"}`, segredo: "s5", espera: "e"}, // another secret is another machine
		{quem: k1, info: `{"hostname":"desktop"}`, segredo: "s4", espera: "d"},
	}},
	{"MACs que não são de ninguém", "", []diz{
		{quem: k1, info: `{"hostname":"<H>","mac_address":"00:00:00:00:00:00"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<I>","mac_address":"00:00:00:00:00:00"}`, espera: "b"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":"ff-ff-ff-ff-ff-ff"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":"02:00:00:00:00:00"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<J>","mac_address":"02:42:ac:11:00:02"}`, espera: "c"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":"N/A"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":null}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":"AA:BB:CC"}`, espera: "a"},
	}},
	{"um MAC de grupo é sorteado a cada partida", "", []diz{
		{quem: k1, info: `{"hostname":"<H>","mac_address":"03:00:00:<2>:<3>:01"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":"07:00:00:<2>:<3>:02"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<I>","mac_address":"07:00:00:<2>:<3>:02"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<J>","mac_address":"07:00:00:<2>:<3>:03"}`, espera: "b"},
	}},
	{"o que não cabe na coluna não é cortado e comparado", "", []diz{
		{quem: k1, info: `{"hostname":"` + strings.Repeat("a", 100) + `x"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"` + strings.Repeat("a", 100) + `y"}`, espera: "b"},
		{quem: k2, info: `{"hostname":"` + strings.Repeat("a", 100) + `x"}`, espera: "c"},
		{quem: k1, info: `{"hostname":"` + strings.Repeat("a", 100) + `x"}`, espera: "a"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":"AA:BB:00:<2>:<3>:00:00:01"}`, espera: "d"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":"aabb.00<2>.<3>00.0001"}`, espera: "d"},
		{quem: k1, info: `{"hostname":"<H>","mac_address":"AA:BB:00:<2>:<3>:00:00:02"}`, espera: "e"},
		{quem: k1, info: `{"hostname":"<I>","mac_address":"<M>, <N>"}`, espera: "f"},
		{quem: k1, info: `{"hostname":"<I>","mac_address":"<M>, <M>"}`, espera: "f"},
		{quem: k1, info: `{"hostname":"<J>","mac_address":"<M>"}`, espera: "g"},
	}},
	{"uma base com dois portáteis", "", []diz{
		{quem: k1, info: hm, owner: 2, espera: "a"},
		{quem: k1, info: im, owner: 2, espera: "a"}, // so far it was renamed
		{quem: k1, info: hm, owner: 2, espera: "b"}, // who is renamed does not take turns
		{quem: k1, info: im, owner: 2, espera: "a"},
		{quem: k1, info: hm, owner: 2, espera: "b"},
		{quem: k1, info: `{"hostname":"<J>","mac_address":"<M>"}`, owner: 2, espera: "c"},
		{quem: k1, info: `{"hostname":"localhost","mac_address":"<M>"}`, owner: 2, espera: "d"},
		{quem: k1, info: soM, owner: 2, espera: "e"},
		{quem: k1, info: `{"hostname":"localhost","mac_address":"<M>"}`, owner: 2, espera: "d"},
	}},
	{"uma base entre clientes, com segredos", "", []diz{
		{quem: k1, info: hm, owner: 2, segredo: "s6", espera: "a"},
		{quem: k1, info: im, owner: 3, segredo: "s7", espera: "b"},
		{quem: k2, info: `{"hostname":"<J>","mac_address":"<M>"}`, espera: "c"},
		{quem: k1, info: hm, segredo: "s6", espera: "a", fica: 2},
	}},
	{"um computador com duas placas", "", []diz{
		{quem: k1, info: hm, espera: "a"},
		{quem: k1, info: hn, espera: "b"},
		{quem: k1, info: hm, espera: "a"},
		{quem: k1, info: hm, segredo: "s8", espera: "a"},
		{quem: "segredo", info: hn, segredo: "s8", espera: "a"},
		{quem: k1, info: hn, segredo: "s8", espera: "a"},
	}},
	{"reinstalado", "", []diz{
		{quem: k1, info: hm, espera: "a"},
		{quem: k1, info: im, espera: "a"},
		{quem: k1, info: im, segredo: "s9", espera: "a"},
		{quem: k1, info: im, segredo: "s10", espera: recusada},
		{quem: k1, info: im, espera: recusada},
		{quem: adm, info: im, espera: "a"},
	}},
	{"um disco clonado leva o segredo: quem o diz é ele", "", []diz{
		{quem: k1, info: hm, segredo: "s11", espera: "a"},
		{quem: "segredo", info: hn, segredo: "s11", espera: "a"},
		{quem: k1, info: hn, espera: recusada},
	}},
	{"um disco clonado sem segredo", "", []diz{
		{quem: k1, info: hm, owner: 2, espera: "a"},
		{quem: k1, info: hn, owner: 2, espera: "b"},
	}},
	{"linhas do sistema antigo", "(2, '<H>', NULL, '10.0.0.1'), (NULL, '<I>', 'aabb.0d<2>.<3>01', NULL), (NULL, '<J>', '', NULL), (3, NULL, ' AA-BB-0E-<2>-<3>-01', NULL)", []diz{
		{quem: k1, info: soH, espera: "a", fica: 2},
		{quem: k2, info: soH, espera: recusada},
		{quem: velho, info: soH, espera: recusada},
		{quem: k2, info: `{"hostname":"<I>"}`, espera: "x"},
		{quem: k1, info: `{"hostname":"qualquer","mac_address":"AA:BB:0D:<2>:<3>:01"}`, owner: 3, espera: "b"},
		{quem: k2, info: `{"mac_address":"AA:BB:0D:<2>:<3>:01"}`, espera: recusada},
		{quem: velho, info: `{"hostname":"<J>"}`, espera: "c"},
		{quem: k1, info: `{"hostname":"novo-<J>","mac_address":"AABB0E<2><3>01"}`, owner: 2, espera: "d", fica: 3, ignorados: true},
	}},
	{"linhas do sistema antigo que muitos poderiam ser", "(NULL, 'desconhecido', NULL, '10.0.0.1'), (NULL, 'pc', '00:00:00:00:00:00', '10.0.0.2'), (NULL, '" + strings.Repeat("b", 100) + "', 'AA:BB:CC:00:00:01:02', NULL), (NULL, '<H>', '<M>', NULL), (NULL, '<I>', '<M>', NULL)", []diz{
		{quem: k1, info: `{}`, espera: "x"},
		{quem: outroVelho, info: `{}`, espera: "y"},
		{quem: velho, info: `{}`, espera: "a"},
		{quem: velho, info: `{}`, espera: "a"},
		{quem: adm, info: `{"hostname":"PC"}`, owner: 2, espera: "z"},
		{quem: outroVelho, info: `{"hostname":"PC"}`, espera: "b"},
		{quem: k1, info: `{"hostname":"` + strings.Repeat("b", 100) + `"}`, espera: "w"},
		{quem: k1, info: `{"hostname":"<I>","mac_address":"<M>"}`, espera: "e"},
		{quem: k1, info: `{"hostname":"<J>","mac_address":"<M>"}`, espera: "v"},
	}},
	{"ninguém toma o de outro", "", []diz{
		{quem: k1, info: hm, owner: 2, espera: "a"},
		{quem: k2, info: hm, owner: 3, espera: recusada},
		{quem: k2, info: soM, espera: recusada},
		{quem: velho, info: hm, espera: recusada},
		{quem: velho, info: soM, owner: 2, espera: recusada},
		{quem: k2, info: im, espera: "b"}, // another machine behind the same address, not this one
		{quem: velho, info: `{"hostname":"<J>","mac_address":"<M>"}`, espera: "c"},
		{quem: k1, info: hm, owner: 2, espera: "a"},
		{quem: k1, info: soH, espera: "d"},
		{quem: k2, info: soH, espera: recusada},
		{quem: velho, info: soH, espera: recusada},
		{quem: adm, info: `{"hostname":"adm-<H>"}`, espera: "e"},
		{quem: k2, info: `{"hostname":"ADM-<H>"}`, espera: recusada},
	}},
	{"um dispositivo que diz ser outro não o atrai", "", []diz{
		{quem: k2, info: hn, segredo: "s12", espera: "a"},
		{quem: adm, info: im, espera: "b"},
		{quem: "segredo", info: im, segredo: "s12", espera: "a"},
		{quem: adm, info: im, espera: "b"},
	}},
	{"o segredo é de um só", "", []diz{
		{quem: k1, info: hm, segredo: "s13", espera: "a"},
		{quem: k2, info: hn, segredo: "s13", espera: recusada},
		{quem: k1, info: hn, segredo: "s13", espera: "a"},
	}},
}

// elencoIdentidade is who registers, on one engine.
type elencoIdentidade struct {
	e     storetest.Engine
	s     *store.Store
	db    *sql.DB
	donos map[int]int64
	quem  map[string]*store.Handle
	fim   time.Time
}

func newElencoIdentidade(t *testing.T, e storetest.Engine) *elencoIdentidade {
	t.Helper()
	at := e.Fresh(t)
	m := &elencoIdentidade{e: e, s: e.Open(t, at), donos: map[int]int64{0: 0, 99: 9999}, quem: map[string]*store.Handle{}, fim: time.Now().Add(time.Hour)}
	m.db = e.Foreign(t, at)
	op := m.s.As(storetest.Operator)
	m.quem[adm] = op
	for i := 2; i <= 3; i++ {
		c, err := op.Clientes.Create(t.Context(), storetest.Person(i))
		require.NoError(t, err)
		m.donos[i] = c.ID
	}
	c, err := op.Clientes.Create(t.Context(), store.Cliente{Nome: "Mario", Email: "mario@x.com", NivelAcesso: store.Moderador, Senha: senhaDada(store.Moderador)})
	require.NoError(t, err)
	require.NoError(t, escolheSenha(t.Context(), m.s, c))
	token, _, err := m.s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), "mario@x.com", senhaForte)
	require.NoError(t, err)
	m.entra(t, mod, store.Credencial{Bearer: token})
	for _, k := range []string{k1, k2} {
		secret, _, err := op.Chaves.Create(t.Context(), store.ChaveNova{Nome: k, Nivel: store.Agente})
		require.NoError(t, err)
		m.entra(t, k, store.Credencial{Chave: secret})
	}
	return m
}

func (m *elencoIdentidade) entra(t *testing.T, nome string, c store.Credencial) {
	t.Helper()
	a, err := m.s.Authenticate(t.Context(), c, store.Origem{Canal: store.CanalAPI, IP: "10.9.9.9"})
	require.NoError(t, err)
	m.quem[nome] = m.s.As(a)
}

// handle is who registers.
func (m *elencoIdentidade) handle(t *testing.T, d diz) *store.Handle {
	t.Helper()
	if d.quem == "segredo" {
		a, err := m.s.Authenticate(t.Context(), store.Credencial{Bearer: d.segredo}, store.Origem{IP: "10.9.9.9"})
		require.NoError(t, err)
		return m.s.As(a)
	}
	if _, err := netip.ParseAddr(d.quem); err != nil {
		return m.quem[d.quem]
	}
	a, err := m.s.Antigo(store.Origem{Canal: store.CanalAPI, IP: d.quem}, store.RotaRegistrar, m.fim)
	require.NoError(t, err)
	return m.s.As(a)
}

// apelidosDe gives a row names and addresses of its own.
func apelidosDe(row int) *strings.Replacer {
	hex := fmt.Sprintf("%02x", row)
	return strings.NewReplacer("<H>", "RECEPCAO-"+hex, "<I>", "CAIXA-"+hex, "<J>", "ESTOQUE-"+hex,
		"<M>", "AA:BB:CC:"+hex+":00:01", "<N>", "AA:BB:CC:"+hex+":00:02", "<2>", hex, "<3>", "7f")
}

// TestIdentity plays the identity table: who registers what is which device, whose it
// is, and what is refused.
func TestIdentity(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newElencoIdentidade(t, e)
		for i, row := range identidades {
			t.Run(row.nome, func(t *testing.T) { m.joga(t, i, row) })
		}
	})
}

func (m *elencoIdentidade) joga(t *testing.T, i int, row linhaIdentidade) {
	t.Helper()
	names := apelidosDe(i)
	known := m.linhasAntigas(t, names, row.antes)
	for n, d := range row.passos {
		about := fmt.Sprintf("%d: %s diz %s, cliente %d", n+1, d.quem, d.info, d.owner)
		r := store.Registro{Info: store.Objeto(names.Replace(d.info)), ClienteID: m.donos[d.owner]}
		if d.segredo != "" && d.quem != "segredo" {
			r.SegredoSHA256 = storetest.SHA256(d.segredo)
		}
		done, err := m.handle(t, d).Dispositivos.Enroll(t.Context(), r)
		switch d.espera {
		case recusada:
			require.ErrorIs(t, err, store.ErrForbidden, about)
			continue
		case naoHa:
			require.ErrorIs(t, err, store.ErrNotFound, about)
			continue
		case invalida:
			_, bad := errors.AsType[*store.InvalidError](err)
			require.True(t, bad, "%s: %v", about, err)
			continue
		}
		require.NoError(t, err, about)
		if was, there := known[d.espera]; there {
			require.Equal(t, was, done.ID, about)
		} else {
			require.NotContains(t, idsDe(known), done.ID, about)
			known[d.espera] = done.ID
		}
		require.Equal(t, d.ignorados, len(done.Ignorados) == 1, about)
		m.confereDono(t, done.ID, d, about)
	}
}

func (m *elencoIdentidade) confereDono(t *testing.T, id int64, d diz, about string) {
	t.Helper()
	now, err := m.quem[adm].Dispositivos.Get(t.Context(), id)
	require.NoError(t, err)
	switch {
	case d.fica != 0:
		require.Equal(t, m.donos[d.fica], now.ClienteID, about)
	case d.owner == 2 || d.owner == 3:
		require.Equal(t, m.donos[d.owner], now.ClienteID, about)
	}
}

// linhasAntigas writes the rows of the Flask system and names them a, b, c, ….
func (m *elencoIdentidade) linhasAntigas(t *testing.T, names *strings.Replacer, rows string) map[string]int64 {
	t.Helper()
	known := map[string]int64{}
	if rows == "" {
		return known
	}
	owner := strings.NewReplacer("(2,", fmt.Sprintf("(%d,", m.donos[2]), "(3,", fmt.Sprintf("(%d,", m.donos[3]))
	for i, row := range strings.Split(owner.Replace(names.Replace(rows)), "), (") {
		row = strings.Trim(row, "()")
		storetest.Exec(t, m.db, "INSERT INTO dispositivos(cliente_id, hostname, mac_address, ip_publico, nome, data_registro) VALUES ("+row+", NULL, '2026-01-01 00:00:00.000000')")
		var id int64
		require.NoError(t, m.db.QueryRowContext(t.Context(), "SELECT max(id) FROM dispositivos").Scan(&id))
		known[string(rune('a'+i))] = id
	}
	return known
}

func idsDe(known map[string]int64) []int64 {
	list := make([]int64, 0, len(known))
	for _, id := range known {
		list = append(list, id)
	}
	return list
}

// TestOneMachineAtOnce registers machines for the first time, a hundred times each
// at once: each is one device.
func TestOneMachineAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newElencoIdentidade(t, e)
		infos := []string{`{"hostname":"UMA","mac_address":"AA:BB:CC:00:00:01"}`, `{"hostname":"OUTRA"}`, `{"hostname":"localhost"}`, `{"hostname":"COM","mac_address":"AA:BB:CC:00:00:02"}`}
		var mu sync.Mutex
		made := map[string]map[int64]bool{}
		var wg sync.WaitGroup
		for n := range 100 {
			wg.Go(func() {
				info := infos[n%len(infos)]
				r := store.Registro{Info: store.Objeto(info)}
				if strings.Contains(info, "COM") {
					r.SegredoSHA256 = storetest.SHA256("o seu segredo")
				}
				id, err := m.quem[k1].Dispositivos.Register(t.Context(), r)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if made[info] == nil {
					made[info] = map[int64]bool{}
				}
				made[info][id] = true
			})
		}
		wg.Wait()
		for info, ids := range made {
			require.Len(t, ids, 1, info)
		}
	})
}
