package store_test

import (
	"fmt"
	"strings"
	"time"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func info(format string, args ...any) store.Registro {
	return store.Registro{Info: store.Objeto(fmt.Sprintf(format, args...))}
}

// registros meet a server's habits of comparing: letter case, accents, spaces at
// the end, lengths.
var registros = []store.Registro{
	info(`{"hostname":"PC-1","mac_address":"AA:BB:CC:00:00:01","sistema":"Linux","versao":"6.1","processador":"Ação ©","memoria":16,"disco":1.5,"is_virtual":true,"virtual_type":"kvm"}`),
	info(`{"hostname":"PC-1"}`), info(`{"hostname":"pc-1"}`), info(`{"hostname":"PC-1 "}`), info(`{"hostname":"PÇ-1"}`), info(`{"hostname":"PC_1"}`),
	info(`{"hostname":"outro nome","mac_address":"AA:BB:CC:00:00:01"}`), info(`{"hostname":"outro nome","mac_address":"aa:bb:cc:00:00:01"}`),
	info(`{}`), info(``), info(`{"hostname":"%s"}`, strings.Repeat("😀", 120)), info(`{"hostname":"%s"}`, strings.Repeat("😀", 130)),
	info(`{"computador":"velho","nome":"Recepção","tipo":"notebook","is_virtual":"0"}`), info(`{"hostname":["a"],"nome":{"b":1},"memoria":null}`),
	info(`[1]`), info(`{"hostname":`), info(`{"a":"%s"}`, strings.Repeat("x", 64<<10)), info(`{"hostname":"n\u0000ulo"}`),
	{Info: store.Objeto(`{"hostname":"com dono"}`), ClienteID: 1},
	{Info: store.Objeto(`{"hostname":"sem dono"}`), ClienteID: 99},
	{Info: store.Objeto(`{"hostname":"PC_1"}`), ClienteID: 1},
	{Info: store.Objeto(`{"hostname":"segredo"}`), SegredoSHA256: "curto"},
}

func roteiroDispositivos(r *roteiro) {
	ctx := r.Context()
	r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: "Dona", Email: "dona@exemplo.com"}))
	for i, reg := range registros {
		r.relogio.pass(time.Minute)
		r.anota("registra %d", i)(r.op.Dispositivos.Register(ctx, reg))
	}
	r.anota("lista")(r.op.Dispositivos.List(ctx, store.DispositivoFiltro{}))
	um, dois := r.chave(store.ChaveNova{Nome: "um", Nivel: store.Agente, UsosMaximos: 2}), r.chave(store.ChaveNova{Nome: "dois", Nivel: store.Agente})
	segredo := strings.Repeat("s", 40)
	for i, reg := range []store.Registro{
		info(`{"hostname":"ag-1"}`), info(`{"hostname":"AG-1"}`), info(`{"hostname":"ag-3"}`), info(`{"hostname":"PC-1"}`),
		{Info: store.Objeto(`{"hostname":"ag-1"}`), SegredoSHA256: storetest.SHA256(segredo)},
		info(`{"hostname":"ag-1"}`),
	} {
		r.relogio.pass(time.Minute)
		r.anota("um registra %d", i)(um.Dispositivos.Register(ctx, reg))
		r.anota("dois registra %d", i)(dois.Dispositivos.Register(ctx, reg))
	}
	for i, credencial := range []string{segredo, strings.ToUpper(segredo), segredo + " ", storetest.SHA256(segredo)} {
		a, err := r.s.Authenticate(ctx, store.Credencial{Bearer: credencial}, store.Origem{IP: "10.0.0.9"})
		id, is := a.Dispositivo()
		r.anota("dispositivo entra %d: %d %v", i, id, is)(a.Nome(), err)
		r.erro("o seu sinal")(r.s.As(a).Dispositivos.Heartbeat(ctx, id))
		r.erro("sinal de outro")(r.s.As(a).Dispositivos.Heartbeat(ctx, 1))
		r.anota("vê")(r.s.As(a).Dispositivos.List(ctx, store.DispositivoFiltro{}))
	}
	for _, id := range []int64{1, 2, 99} {
		r.erro("sinal %d", id)(r.op.Dispositivos.Heartbeat(ctx, id))
		r.erro("sinal repetido %d", id)(r.op.Dispositivos.Heartbeat(ctx, id))
		r.erro("sinal alheio %d", id)(um.Dispositivos.Heartbeat(ctx, id))
		r.anota("lê %d", id)(r.op.Dispositivos.Get(ctx, id))
	}
	r.versoesDeDispositivo()
	r.outro("INSERT INTO dispositivos(id, hostname, ultimo_heartbeat) VALUES (1001, 'a', '2026-11-23 15:00:00'), (1002, 'b', '2026-11-23 15:00:00'), (1003, NULL, NULL), (1004, NULL, NULL)")
	r.outro("UPDATE dispositivos SET info_extra = 'lixo', ativo = NULL, is_virtual = NULL WHERE id = 2")
	for _, f := range []store.DispositivoFiltro{{}, {ClienteID: 1}, {ClienteID: 99}, {PorPagina: 3, Pagina: 2}, {PorPagina: 3, Pagina: 99}, {Pagina: -1, PorPagina: 5000}} {
		r.anota("lista %+v", f)(r.op.Dispositivos.List(ctx, f))
	}
	sim, nao := true, false
	for _, f := range []store.DispositivoFiltro{
		{Busca: "recepcao"},
		{Busca: "RECEPÇÃO velho"},
		{Busca: "aabbcc000001"},
		{Busca: "AA:BB"},
		{Busca: "10.0.0.9"},
		{Busca: "dona"},
		{Busca: "😀"},
		{Busca: "%"},
		{Busca: "_1"},
		{Online: &sim},
		{Online: &nao},
		{Tipo: "notebook"},
		{Tipo: "Notebook"},
		{Tipo: "%"},
		{Sistema: "LINUX"},
		{Sistema: "linux 6"},
		{Sistema: "x"},
		{Busca: "a", Online: &nao, PorPagina: 2},
		{Busca: "pc", Ultima: true, PorPagina: 2},
		{Busca: "pc", SemTotal: true},
		{Busca: strings.Repeat("a ", 33)},
		{Cursor: "lixo"},
	} {
		page, err := r.op.Dispositivos.List(ctx, f)
		r.anota("filtra %q %v %q %q", f.Busca, f.Online != nil, f.Tipo, f.Sistema)(page, err)
	}
	r.relogio.pass(5 * time.Minute)
	r.anota("ninguém mais está online")(r.op.Dispositivos.List(ctx, store.DispositivoFiltro{PorPagina: 4}))
	r.anota("total do dono")(r.op.Clientes.Get(ctx, 1))
	r.s.Settle()
	r.anota("chaves")(r.op.Chaves.List(ctx, store.ChaveFiltro{}))
	r.anota("logs")(r.op.Logs.List(ctx, store.LogFiltro{}))
}

func roteiroConexoes(r *roteiro) {
	ctx := r.Context()
	r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: "Dona", Email: "dona@exemplo.com"}))
	r.anota("registra")(r.op.Dispositivos.Register(ctx, info(`{"hostname":"pc"}`)))
	var lista []store.ConexaoNova
	for i := range 63 {
		lista = append(lista, store.ConexaoNova{IPOrigem: "10.0.0.1", IPDestino: fmt.Sprint("10.0.1.", i), PortaOrigem: new(int64(i)), Processo: strings.Repeat("ç", 200)})
	}
	for i, l := range [][]store.ConexaoNova{
		lista, nil, make([]store.ConexaoNova, 10_001), {
			{},
			{PortaOrigem: new(int64(1) << 40), PortaDestino: new(int64(-1)), PID: new(int64(1<<31 - 1))},
			{Processo: "a\x00b", Protocolo: "UDP", Status: "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"},
			{Processo: `'; DROP TABLE conexoes; -- \' ? $1`, IPOrigem: strings.Repeat("f", 60), Protocolo: "protocolo longo"},
		},
	} {
		r.relogio.pass(time.Second)
		for _, counterKey := range [][2]int64{{1, 1}, {1, 99}, {1, 0}, {99, 1}} {
			r.anota("envia %d a %v", i, counterKey)(r.op.Conexoes.Register(ctx, counterKey[0], counterKey[1], l))
		}
	}
	r.outro("INSERT INTO conexoes(id, data_hora) VALUES (5001, NULL), (5002, '2026-11-23 16:00:00'), (5003, '2026-11-23 16:00:00')")
	r.outro("INSERT INTO conexoes(id, cliente_id, duracao_segundos, bytes_enviados, bytes_recebidos, porta_origem) VALUES (5004, 1, 7, 9000000000, 0, 0)")
	for _, f := range []store.ConexaoFiltro{{}, {DispositivoID: 1}, {ClienteID: 1}, {DispositivoID: 99}, {DispositivoID: 1, ClienteID: 1, PorPagina: 5, Pagina: 3}, {PorPagina: 1000}, {PorPagina: 5000, Pagina: -1}, {Pagina: 99}} {
		r.anota("lista %+v", f)(r.op.Conexoes.List(ctx, f))
	}
	r.anota("números")(r.op.Estatisticas(ctx))
}

// versoesDeDispositivo changes and removes by what somebody saw.
func (r *roteiro) versoesDeDispositivo() {
	ctx := r.Context()
	id, err := r.op.Dispositivos.Register(ctx, info(`{"hostname":"versões"}`))
	r.anota("registra")(id, err)
	d, err := r.op.Dispositivos.Get(ctx, id)
	r.anota("versão")(d.Versao(), err)
	base, um, dois := store.WithVersao(d.Versao()), "um", "dois"
	r.erro("um sinal de vida")(r.op.Dispositivos.Heartbeat(ctx, id))
	r.anota("muda o que viu")(r.op.Dispositivos.Change(ctx, id, store.DispositivoMudanca{Nome: &um}, base))
	r.anota("muda o que não há mais")(r.op.Dispositivos.Change(ctx, id, store.DispositivoMudanca{Nome: &dois}, base))
	r.erro("remove o que não há mais")(r.op.Dispositivos.Delete(ctx, id, base))
	d, err = r.op.Dispositivos.Get(ctx, id)
	r.anota("como está")(d.Versao(), err)
	r.erro("remove como está")(r.op.Dispositivos.Delete(ctx, id, store.WithVersao(d.Versao())))
}
