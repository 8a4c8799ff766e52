package store_test

import (
	"strings"
	"time"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func roteiroSessoes(r *roteiro) {
	ctx := r.Context()
	origem := store.Origem{Canal: store.CanalWeb, IP: "10.0.0.1", UserAgent: strings.Repeat("ã", 600)}
	estranho := r.s.As(store.Stranger(origem))
	for _, c := range []store.Cliente{
		{Nome: "Ana", Email: "ana@exemplo.com", Senha: "senha123"},
		{Nome: "Parada", Email: "parada@exemplo.com", Senha: "senha123", Ativo: new(false)},
		{Nome: "Sem senha", Email: "sem@exemplo.com"},
		{Nome: "José", Email: "josé@exemplo.com", Senha: "senha123"},
	} {
		r.anota("cria")(r.op.Clientes.Create(ctx, c))
	}
	entra := func(email, senha string) string {
		r.relogio.pass(time.Second)
		token, c, err := estranho.Sessoes.Login(ctx, email, senha)
		r.esconde(token, "token de "+email)
		r.anota("entra %q %q", email, senha)(c, err)
		return token
	}
	for _, email := range []string{" ANA@Exemplo.com ", "JOSÉ@exemplo.com"} {
		entra(email, "senha123")
	}
	for _, par := range [][2]string{{"ana@exemplo.com", "SENHA123"}, {"aná'@exemplo.com", "senha123"}, {"parada@exemplo.com", "senha123"}, {"sem@exemplo.com", "senha123"}, {"", "x"}, {"x", ""}} {
		entra(par[0], par[1])
	}
	token := entra("ana@exemplo.com", "senha123")
	r.credenciais(token)
	r.sessoesDeOutros()
	a, err := r.s.Authenticate(ctx, store.Credencial{Bearer: token}, origem)
	r.anota("autentica")(a.Nome(), err)
	r.anota("eu")(r.s.As(a).Sessoes.Me(ctx))
	r.anota("eu, estranho")(estranho.Sessoes.Me(ctx))
	r.anota("a própria senha sem a atual")(nil, r.s.As(a).Clientes.SetSenha(ctx, 1, "errada", "outra-senha-1"))
	r.anota("o próprio e-mail")(r.s.As(a).Clientes.SetEmail(ctx, 1, "ana2@exemplo.com", "senha123"))
	r.anota("a própria senha")(nil, r.s.As(a).Clientes.SetSenha(ctx, 1, "senha123", "outra-senha-1"))
	for _, step := range []time.Duration{time.Minute, 11 * time.Hour, 11 * time.Hour, 3 * time.Hour} {
		r.s.Settle()
		r.relogio.pass(step)
		_, err := r.s.Authenticate(ctx, store.Credencial{Bearer: token}, origem)
		r.erro("depois de %v", step)(err)
	}
	token = entra("ana2@exemplo.com", "outra-senha-1")
	a, err = r.s.Authenticate(ctx, store.Credencial{Bearer: token}, origem)
	r.anota("autentica")(a.Nome(), err)
	r.erro("sai")(r.s.As(a).Sessoes.Logout(ctx))
	r.erro("sai de novo")(r.s.As(a).Sessoes.Logout(ctx))
	_, err = r.s.Authenticate(ctx, store.Credencial{Bearer: token}, origem)
	r.erro("saiu")(err)
	r.s.Settle()
	r.anota("logs")(r.op.Logs.List(ctx, store.LogFiltro{}))
	r.conta("SELECT count(*) FROM sessoes", "SELECT count(*) FROM sessoes WHERE ativa = TRUE", "SELECT count(*) FROM sessoes WHERE ultima_atividade > data_inicio")
}

// credenciais are near misses of a token: a server may compare without letter
// case or spaces at the end.
func (r *roteiro) credenciais(token string) {
	r.esconde(strings.ToUpper(token), "maiúsculas")
	for nome, c := range map[string]string{"certo": token, "maiúsculas": strings.ToUpper(token), "espaço": token + " ", "guardado": "sha256$" + storetest.SHA256(token), "hash": storetest.SHA256(token)} {
		if nome == "certo" {
			continue
		}
		_, err := r.s.Authenticate(r.Context(), store.Credencial{Bearer: c}, store.Origem{})
		if class(err) != "401" {
			r.Errorf("%s entra: %v", nome, err)
		}
	}
	_, err := r.s.Authenticate(r.Context(), store.Credencial{Bearer: token}, store.Origem{})
	r.erro("o próprio token")(err)
	_, err = r.s.Authenticate(r.Context(), store.Credencial{}, store.Origem{})
	r.erro("nenhum")(err)
}

// sessoesDeOutros are the Flask system's clear tokens.
func (r *roteiro) sessoesDeOutros() {
	r.outro(`INSERT INTO sessoes(cliente_id, token, ativa, data_inicio, data_expiracao) VALUES
		(1, 'Claro-1', TRUE, '2027-01-01 00:00:00', '2028-01-01 00:00:00'), (1, 'Claro-2', TRUE, NULL, NULL), (1, 'Claro-3', NULL, NULL, '2028-01-01 00:00:00'),
		(1, 'Claro-4', TRUE, '2027-01-01 00:00:00', '2020-01-01 00:00:00'), (2, 'Claro-5', TRUE, '2027-01-01 00:00:00', '2028-01-01 00:00:00'),
		(NULL, 'Claro-6', TRUE, NULL, '2028-01-01 00:00:00'), (1, 'Claro-7', TRUE, '2020-01-01 00:00:00', '2028-01-01 00:00:00'), (1, 'Claro-8', TRUE, NULL, '2028-01-01 00:00:00')`)
	for _, token := range []string{"Claro-1", "claro-1", "Claro-1 ", "Cláro-1", "Claro-2", "Claro-3", "Claro-4", "Claro-5", "Claro-6", "Claro-7", "Claro-8", "' OR '1'='1", "\x00", "\xff"} {
		a, err := r.s.Authenticate(r.Context(), store.Credencial{Bearer: token}, store.Origem{})
		r.anota("token %q", token)(a.Nome()+" "+a.Nivel(), err)
	}
}

func roteiroBloqueios(r *roteiro) {
	ctx := r.Context()
	r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: "Ana", Email: "ana@exemplo.com", Senha: "senha123"}))
	conta := func(ip, email string) {
		r.relogio.pass(time.Second)
		r.erro("conta %q %q", ip, email)(r.s.Counted(ctx, store.Origem{IP: ip}, email))
	}
	for range 5 {
		conta("10.0.0.1", " ANA@exemplo.com")
	}
	for _, email := range []string{"josé@x", "JOSÉ@X", "jose@x", "x\x00y", "", strings.Repeat("ç", 300), "%", "😀@x"} {
		conta("2001:db8::1", email)
	}
	r.anota("lista")(r.op.Bloqueios.List(ctx))
	r.relogio.pass(5 * time.Minute)
	_, c, err := r.s.As(store.Stranger(store.Origem{IP: "10.0.0.1"})).Sessoes.Login(ctx, "ana@exemplo.com", "senha123")
	r.anota("entra")(c, err)
	for range 2 {
		conta("10.0.0.1", "ana@exemplo.com")
	}
	r.anota("lista")(r.op.Bloqueios.List(ctx))
	r.erro("esquece")(r.op.Bloqueios.Lift(ctx, 1))
	r.erro("esquece de novo")(r.op.Bloqueios.Lift(ctx, 1))
	for _, counterKey := range []string{"JOSÉ@x", "2001:db8::2", "ninguem@x", "", "%"} {
		r.erro("esquece %q", counterKey)(r.op.Bloqueios.LiftOf(ctx, counterKey))
	}
	r.relogio.pass(time.Hour)
	r.anota("lista depois")(r.op.Bloqueios.List(ctx))
	r.anota("logs")(r.op.Logs.List(ctx, store.LogFiltro{}))
}

func roteiroChaves(r *roteiro) {
	ctx := r.Context()
	now := r.relogio.now()
	var segredos []string
	for i, nova := range []store.ChaveNova{
		{Nome: " Painel ", Nivel: store.Admin},
		{Nome: "ção 😀 '", Nivel: store.Leitura, ExpiraEm: now.Add(time.Hour)},
		{Nome: "agente", Nivel: store.Agente, UsosMaximos: 3},
		{},
		{Nome: "x", Nivel: "chefe"},
		{Nome: "x", Nivel: store.Admin, ExpiraEm: now},
		{Nome: "x", Nivel: store.Admin, UsosMaximos: -1},
		{Nome: strings.Repeat("a", 101), Nivel: store.Admin},
		{Nome: strings.Repeat("é", 100), Nivel: store.Admin, ExpiraEm: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
		{Nome: "zona", Nivel: store.Admin, ExpiraEm: now.Add(2 * time.Hour).In(time.FixedZone("longe", 14*3600))},
	} {
		segredo, c, err := r.op.Chaves.Create(ctx, nova)
		r.esconde(segredo, "segredo")
		r.anota("cria %d", i)(c, err)
		segredos = append(segredos, segredo)
	}
	r.anota("lista")(r.op.Chaves.List(ctx, store.ChaveFiltro{}))
	entra := func() {
		for i, s := range segredos {
			if s == "" {
				continue
			}
			a, err := r.s.Authenticate(ctx, store.Credencial{Chave: s}, store.Origem{})
			r.anota("entra %d", i)(a.Nome()+" "+a.Nivel(), err)
			_, err = r.s.Authenticate(ctx, store.Credencial{Chave: strings.ToUpper(s)}, store.Origem{})
			r.erro("entra %d em maiúsculas", i)(err)
			_, err = r.s.Authenticate(ctx, store.Credencial{Bearer: s}, store.Origem{})
			r.erro("entra %d como sessão", i)(err)
		}
		r.s.Settle()
	}
	entra()
	for _, id := range []int64{1, 1, 99} {
		r.relogio.pass(time.Minute)
		r.anota("revoga %d", id)(r.op.Chaves.Revoke(ctx, id))
	}
	r.relogio.pass(time.Hour)
	entra()
	r.outro("UPDATE monitor_chaves SET ultimo_uso = NULL, expira_em = NULL")
	entra()
	r.anota("lista")(r.op.Chaves.List(ctx, store.ChaveFiltro{}))
	r.anota("logs")(r.op.Logs.List(ctx, store.LogFiltro{}))
}

func roteiroTrilha(r *roteiro) {
	ctx := r.Context()
	for _, nome := range []string{"Ana", "Bia ç 😀", "C'leo \\"} {
		r.relogio.pass(1234567 * time.Microsecond)
		r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: nome, Email: nome[:1] + "@exemplo.com", DadosExtras: store.Objeto(`{"á": "\\ ' \" %"}`)}))
	}
	r.anota("muda")(r.op.Clientes.Change(ctx, 1, "", func(c *store.Cliente) { c.Cidade, c.Observacoes = "Natal", "a\nb\tç" }))
	r.erro("remove")(r.op.Clientes.Delete(ctx, 2))
	r.outro(`INSERT INTO logs_auditoria(acao, descricao, nivel, data_hora, cliente_id, dados) VALUES
		('login', 'De outro', 'info', NULL, 1, 'lixo'), ('LOGIN', 'De outro', 'INFO', '2026-11-23 15:00:00', NULL, NULL), ('login ', NULL, NULL, '2026-11-23 15:00:00', 3, '{"a": 1}')`)
	for _, f := range []store.LogFiltro{
		{},
		{PorPagina: 2},
		{PorPagina: 5000},
		{PorPagina: -1},
		{ClienteID: 1},
		{ClienteID: 99},
		{Acao: "login"},
		{Acao: "LOGIN"},
		{Acao: "lógin"},
		{Acao: "login "},
		{Acao: "%"},
		{Nivel: "info"},
		{Nivel: "INFO"},
		{Nivel: "warning"},
		{Acao: "cliente_criado", ClienteID: 1},
		{Busca: "bia Ç"},
		{Busca: "😀", SemTotal: true},
		{Busca: `\\`},
		{Busca: "operador natal"},
		{De: "23/11/2026", Ate: "2026-11-23"},
		{Ate: "2026-11-22"},
		{De: "ontem"},
		{De: "2026-11-24", Ate: "2026-11-23"},
		{De: "0000-01-01", PorPagina: 1},
		{De: "0001-01-01T00:00:00+14:00", PorPagina: 1},
		{Ate: "0000-01-01"},
		{Ate: "31/12/9999", PorPagina: 1},
		{De: "9999-12-31T23:59:59.999999-12:00"},
		{Ultima: true, PorPagina: 2},
	} {
		r.anota("logs %+v", f)(r.op.Logs.List(ctx, f))
	}
	confere := func(depois string) {
		v, err := r.op.Logs.Verify(ctx)
		v.Avisos, v.Chaves = nil, nil // about the anchor file, which is written on the side; each database has its own key
		r.anota("confere %s", depois)(v, err)
	}
	confere("no começo")
	r.outro("UPDATE logs_auditoria SET cliente_id = NULL WHERE cliente_id = 1")
	confere("sem o vínculo, como faz o sistema antigo")
	r.outro("UPDATE logs_auditoria SET descricao = 'nada' WHERE id = 2")
	confere("descrição trocada")
	r.outro("UPDATE logs_auditoria SET data_hora = '2020-01-01 00:00:00' WHERE id = 1")
	confere("hora trocada")
	r.outro("DELETE FROM logs_auditoria WHERE id = 3")
	confere("linha apagada")
	r.outro("UPDATE monitor_trilha SET sujeito = 'cliente:99' WHERE sequencia = 4")
	confere("elo trocado")
	r.outro("DELETE FROM monitor_trilha WHERE sequencia = 5")
	confere("elo apagado")
}

func roteiroEstatisticas(r *roteiro) {
	ctx := r.Context()
	numeros := func(at string) { r.anota("%s", at)(r.op.Estatisticas(ctx)) }
	numeros("vazio")
	r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: "Ana", Email: "ana@exemplo.com", Senha: "senha123"}))
	r.anota("registra")(r.op.Dispositivos.Register(ctx, info(`{"hostname":"pc"}`)))
	r.anota("conexões")(r.op.Conexoes.Register(ctx, 1, 1, make([]store.ConexaoNova, 30)))
	r.entra("ana@exemplo.com", "senha123")
	numeros("com um de cada")
	// Midnight in São Paulo is three o'clock in UTC.
	r.outro(`INSERT INTO mensagens_chat(mensagem, data_hora) VALUES ('ontem', '2026-11-23 02:59:59.999999'), ('hoje', '2026-11-23 03:00:00.000000'), ('sem', NULL)`)
	r.outro("INSERT INTO clientes(nome, email, ultimo_acesso) VALUES ('a', 'a@exemplo.com', '2026-11-23 14:30:00.000000'), ('b', 'b@exemplo.com', '2026-11-23 14:30:00.000001')")
	r.outro("INSERT INTO dispositivos(hostname, ultimo_heartbeat) VALUES ('a', '2026-11-23 14:55:00.000000'), ('b', '2026-11-23 14:55:00.000001'), ('c', NULL)")
	r.outro("INSERT INTO sessoes(token, ativa, data_expiracao) VALUES ('a', TRUE, '2026-11-23 15:00:00.000000'), ('b', TRUE, '2026-11-23 15:00:00.000001'), ('c', NULL, NULL), ('d', FALSE, '2027-01-01 00:00:00.000000')")
	numeros("nos limites")
	r.s.Settle()
	r.relogio.pass(12 * time.Hour)
	numeros("outro dia")
}
