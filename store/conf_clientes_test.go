package store_test

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"example.com/monitor/store"
)

func roteiroCadastro(r *roteiro) {
	ctx := r.Context()
	for i, c := range []store.Cliente{
		{Nome: "Ana", Email: "ana@exemplo.com"},
		{Nome: " Zé d'Ávila ", Email: "ze@exemplo.com", Telefone: "(11) 99999-9999", CPFCNPJ: "12ABC34501DE35", CEP: "24020-000"},
		{Nome: norm.NFD.String("João São"), Email: "nfd@exemplo.com", Empresa: "😀 ﬁ ß ı ªº", Cargo: `"; DROP TABLE clientes; -- \' % _ ? $1 \`},
		{Nome: strings.Repeat("😀", 100), Email: strings.Repeat("a", 60) + "@exemplo.com", Cidade: strings.Repeat("á", 50), Observacoes: strings.Repeat("日本\n\t", 2000)},
		{Nome: "JSON", Email: "json@exemplo.com", DadosExtras: store.Objeto(`{"plano": "ouro", "n": 12345678901234567890, "f": 1.50, "t": "á\u00e1\\ \" ' ? %", "z": null, "l": [true, {}]}`)},
		{Nome: "Inativo", Email: "inativo@exemplo.com", Ativo: new(false), NivelAcesso: store.Moderador, Pais: "Portugal", CEP: "1000-001"},
		{Nome: "Senha", Email: "senha@exemplo.com", Senha: senhaForte},
		{},
		{Nome: "Sem e-mail"},
		{Nome: "x", Email: "sem arroba"},
		{Nome: strings.Repeat("a", 101), Email: "longo@exemplo.com"},
		{Nome: "a\x00b", Email: "nulo@exemplo.com"},
		{Nome: "\xff", Email: "bytes@exemplo.com"},
		{Nome: "x", Email: "x@exemplo.com", CPFCNPJ: "111", Telefone: "1", CEP: "1", NivelAcesso: "chefe", Senha: "a", DadosExtras: store.Objeto("[1]")},
		{Nome: "Ana de novo", Email: "ana@exemplo.com"},
		{Nome: "Depois das recusas", Email: "depois@exemplo.com"},
	} {
		r.relogio.pass(1234567 * time.Microsecond)
		made, err := r.op.Clientes.Create(ctx, c)
		r.anota("cria %d", i)(made, err)
		if err == nil {
			again, err := r.op.Clientes.Get(ctx, made.ID)
			r.anota("lê %d", i)(again, err)
			if c.Senha == "" {
				r.anota("versão %d", i)(again.Versao(), nil)
				r.anota("versão devolvida %d", i)(made.Versao(), nil)
			}
		}
	}
	for _, id := range []int64{0, -1, 99, 1 << 40} {
		r.anota("lê %d", id)(r.op.Clientes.Get(ctx, id))
	}
	for _, email := range []string{"ANA@exemplo.com", " ana@exemplo.com ", "aná@exemplo.com", "ana@exemplo.com\\", "%", "", "ana@exemplo.co_"} {
		r.anota("acha %q", email)(r.op.Clientes.Find(ctx, email))
	}
	r.anota("lista")(r.op.Clientes.List(ctx, store.ClienteFiltro{}))
}

// roteiroEmails is about who is the same person.
func roteiroEmails(r *roteiro) {
	ctx := r.Context()
	for i, email := range []string{
		"josé@exemplo.com", "JOSÉ@EXEMPLO.COM", " josé@exemplo.com ", norm.NFD.String("josé@exemplo.com"), "jose@exemplo.com",
		"straße@exemplo.com", "strasse@exemplo.com", "иван@exemplo.com", "ИВАН@exemplo.com", "a_b@exemplo.com", "aXb@exemplo.com",
		"a%b@exemplo.com", "o'neil@exemplo.com",
	} {
		r.anota("cria %q", email)(r.op.Clientes.Create(ctx, store.Cliente{Nome: fmt.Sprint("P", i), Email: email}))
	}
	for _, email := range []string{"JOSE@exemplo.com", "José@exemplo.com", "a_b@EXEMPLO.com", "STRASSE@exemplo.com", "Иван@exemplo.com"} {
		r.anota("acha %q", email)(r.op.Clientes.Find(ctx, email))
	}
	// Another program keeps to no rule of ours.
	r.outro("INSERT INTO clientes(nome, email, ativo) VALUES ('Antigo', 'Antigo@Exemplo.com', ?)", true)
	for _, email := range []string{"antigo@exemplo.com", "ANTIGO@EXEMPLO.COM"} {
		r.anota("acha %q", email)(r.op.Clientes.Find(ctx, email))
		r.anota("cria %q", email)(r.op.Clientes.Create(ctx, store.Cliente{Nome: "X", Email: email}))
	}
	r.anota("troca por outro caso")(r.op.Clientes.SetEmail(ctx, 1, "JOSÉ@exemplo.com", ""))
	r.anota("troca por alheio")(r.op.Clientes.SetEmail(ctx, 1, "STRASSE@exemplo.com", ""))
	r.anota("troca por inválido")(r.op.Clientes.SetEmail(ctx, 1, "nada", ""))
	r.anota("troca")(r.op.Clientes.SetEmail(ctx, 1, " novo@exemplo.com ", ""))
	r.anota("troca pelo mesmo")(r.op.Clientes.SetEmail(ctx, 1, "novo@exemplo.com", ""))
	r.anota("troca de ninguém")(r.op.Clientes.SetEmail(ctx, 99, "outro@exemplo.com", ""))
	r.anota("o endereço antigo ficou livre")(r.op.Clientes.Create(ctx, store.Cliente{Nome: "Y", Email: "josé@exemplo.com"}))
	r.anota("lista")(r.op.Clientes.List(ctx, store.ClienteFiltro{}))
}

func roteiroMudancas(r *roteiro) {
	ctx := r.Context()
	c, err := r.op.Clientes.Create(ctx, store.Cliente{Nome: "Ana", Email: "ana@exemplo.com", Empresa: "Açaí Ltda", DadosExtras: store.Objeto(`{"a":1}`)})
	r.anota("cria")(c, err)
	base := c.Versao()
	foldsTo := func(nome, base string, fn func(*store.Cliente)) store.Cliente {
		r.relogio.pass(time.Second)
		got, err := r.op.Clientes.Change(ctx, c.ID, base, fn)
		r.anota("muda %s", nome)(got, err)
		again, err := r.op.Clientes.Get(ctx, c.ID)
		r.anota("lê depois de %s", nome)(again, err)
		r.anota("versão depois de %s", nome)(again.Versao(), nil)
		return got
	}
	foldsTo("cargo", base, func(c *store.Cliente) { c.Cargo = "Gerente" })
	foldsTo("com base antiga", base, func(c *store.Cliente) { c.Cargo = "Outro" })
	foldsTo("nada", "", func(*store.Cliente) {})
	foldsTo("tudo vazio", "", func(c *store.Cliente) { c.Cargo, c.Empresa, c.DadosExtras, c.Pais = "", "", nil, "" })
	foldsTo("o proibido", "", func(c *store.Cliente) {
		c.ID, c.Email, c.SenhaHash, c.Nome, c.DataCadastro = 99, "outra@exemplo.com", "x", "Ana Maria", store.Hora{}
	})
	foldsTo("inválido", "", func(c *store.Cliente) { c.Telefone, c.CEP, c.Nome = "1", "1", "" })
	foldsTo("ativo", "", func(c *store.Cliente) { c.Ativo = new(false) })
	foldsTo("extras", "", func(c *store.Cliente) { c.DadosExtras = store.Objeto(`{"b": [1, 2, {"c": "ç"}]}`) })
	// The Flask system keeps no version: its edit counts all the same.
	last := foldsTo("cidade", "", func(c *store.Cliente) { c.Cidade = "Natal" })
	r.outro("UPDATE clientes SET cidade = 'Recife' WHERE id = ?", c.ID)
	foldsTo("depois do outro programa", last.Versao(), func(c *store.Cliente) { c.Cargo = "Chefe" })
	r.outro("UPDATE clientes SET cpf_cnpj = '111', telefone = ' 1 ', cep = 'x', nivel_acesso = NULL, ativo = NULL, dados_extras = 'lixo', pais = '' WHERE id = ?", c.ID)
	foldsTo("uma linha com valores inválidos", "", func(c *store.Cliente) { c.Estado = "PE" })
	foldsTo("o valor inválido", "", func(c *store.Cliente) { c.CPFCNPJ = "112" })
	r.anota("desativa")(r.op.Clientes.Deactivate(ctx, c.ID))
	r.anota("desativa de novo")(r.op.Clientes.Deactivate(ctx, c.ID))
	r.anota("reativa")(r.op.Clientes.Reactivate(ctx, c.ID))
	r.anota("desativa ninguém")(r.op.Clientes.Deactivate(ctx, 99))
	r.anota("muda ninguém")(r.op.Clientes.Change(ctx, 99, "", func(*store.Cliente) {}))
	r.erro("senha")(r.op.Clientes.SetSenha(ctx, c.ID, "", "outra-senha-1"))
	r.erro("senha curta")(r.op.Clientes.SetSenha(ctx, c.ID, "", "a"))
	r.erro("senha de ninguém")(r.op.Clientes.SetSenha(ctx, 99, "", "outra-senha-1"))
	r.anota("no fim")(r.op.Clientes.Get(ctx, c.ID))
}

func roteiroPapeis(r *roteiro) {
	ctx := r.Context()
	handles := []*store.Handle{r.op, r.s.As(store.Stranger(store.Origem{Canal: store.CanalAPI}))}
	names := []string{"operador", "estranho"}
	for _, nivel := range []string{store.Admin, store.Moderador, store.Usuario} {
		email := nivel + "@exemplo.com"
		_, err := r.op.Clientes.Create(ctx, store.Cliente{Nome: nivel, Email: email, NivelAcesso: nivel, Senha: senhaForte})
		r.erro("cria %s", nivel)(err)
		handles, names = append(handles, r.entra(email, senhaForte)), append(names, nivel)
	}
	for _, nivel := range []string{store.Leitura, store.Agente} {
		handles, names = append(handles, r.chave(store.ChaveNova{Nome: nivel, Nivel: nivel})), append(names, nivel)
	}
	for i, h := range handles {
		r.relogio.pass(time.Second)
		for id := int64(1); id <= 3; id++ {
			r.anota("%s lê %d", names[i], id)(h.Clientes.Get(ctx, id))
			r.anota("%s muda %d", names[i], id)(h.Clientes.Change(ctx, id, "", func(c *store.Cliente) { c.Cidade = "de " + names[i] }))
			r.anota("%s promove %d", names[i], id)(h.Clientes.Change(ctx, id, "", func(c *store.Cliente) { c.NivelAcesso = store.Admin; c.Cargo = "x" }))
			r.anota("%s planeja %d", names[i], id)(h.Clientes.PlanDelete(ctx, id))
		}
		r.anota("%s lista", names[i])(h.Clientes.List(ctx, store.ClienteFiltro{Busca: "exemplo"}))
		r.anota("%s cria", names[i])(h.Clientes.Create(ctx, store.Cliente{Nome: "De " + names[i], Email: names[i] + ".novo@exemplo.com"}))
		r.anota("%s registra", names[i])(h.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(`{"hostname":"pc-` + names[i] + `"}`)}))
		r.anota("%s vê dispositivos", names[i])(h.Dispositivos.List(ctx, store.DispositivoFiltro{}))
		r.anota("%s vê conexões", names[i])(h.Conexoes.List(ctx, store.ConexaoFiltro{}))
		r.anota("%s vê chaves", names[i])(h.Chaves.List(ctx, store.ChaveFiltro{}))
		r.anota("%s vê números", names[i])(h.Estatisticas(ctx))
		_, err := h.Logs.List(ctx, store.LogFiltro{})
		r.erro("%s vê logs", names[i])(err)
		r.erro("%s remove", names[i])(h.Clientes.Delete(ctx, 99))
		r.s.Settle()
	}
	r.erro("o último admin não sai")(r.op.Clientes.Delete(ctx, 1))
}

func roteiroRemocao(r *roteiro) {
	ctx := r.Context()
	admin, _, created, err := r.op.Clientes.EnsureAdmin(ctx, "admin@exemplo.com", senhaForte)
	r.anota("primeiro admin %v", created)(admin, err)
	again, _, created, err := r.op.Clientes.EnsureAdmin(ctx, "outro@exemplo.com", "")
	r.anota("segundo admin %v", created)(again, err)
	for _, nome := range []string{"Ana", "Bia", "Cleo"} {
		r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: nome, Email: nome + "@exemplo.com", Senha: senhaForte}, store.WithIdempotencia("chave de "+nome)))
	}
	r.entra("ana@exemplo.com", senhaForte)
	for i, owner := range []int64{2, 2, 3} {
		id, err := r.op.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(fmt.Sprintf(`{"hostname":"pc-%d"}`, i)), ClienteID: owner})
		r.anota("registra")(id, err)
		r.anota("conexões")(r.op.Conexoes.Register(ctx, id, owner, []store.ConexaoNova{{IPOrigem: "10.0.0.1"}, {IPOrigem: "10.0.0.2"}}))
	}
	r.outro("INSERT INTO mensagens_chat(id, cliente_id, mensagem) VALUES (1, 2, 'oi'), (2, 3, 'olá'), (3, NULL, 'sistema')")
	r.outro("UPDATE mensagens_chat SET resposta_para = 1 WHERE id = 2")
	r.outro("INSERT INTO conexoes(id, cliente_id, dispositivo_id) VALUES (1001, 3, 1), (1002, 2, NULL), (1003, NULL, NULL)")
	r.anota("plano")(r.op.Clientes.PlanDelete(ctx, 2))
	r.anota("plano de ninguém")(r.op.Clientes.PlanDelete(ctx, 99))
	r.erro("remove")(r.op.Clientes.Delete(ctx, 2))
	r.erro("remove de novo")(r.op.Clientes.Delete(ctx, 2))
	r.erro("remove o último admin")(r.op.Clientes.Delete(ctx, 1))
	r.anota("desativa o último admin")(r.op.Clientes.Deactivate(ctx, 1))
	r.anota("lê o removido")(r.op.Clientes.Get(ctx, 2))
	r.anota("o mesmo pedido cria de novo")(r.op.Clientes.Create(ctx, store.Cliente{Nome: "Ana", Email: "Ana@exemplo.com", Senha: senhaForte}, store.WithIdempotencia("chave de Ana")))
	r.anota("dispositivos")(r.op.Dispositivos.List(ctx, store.DispositivoFiltro{}))
	r.anota("conexões")(r.op.Conexoes.List(ctx, store.ConexaoFiltro{}))
	r.anota("números")(r.op.Estatisticas(ctx))
	r.anota("logs")(r.op.Logs.List(ctx, store.LogFiltro{}))
	r.conta("SELECT count(*) FROM mensagens_chat WHERE resposta_para IS NULL", "SELECT count(*) FROM sessoes", "SELECT count(*) FROM monitor_dispositivos",
		"SELECT count(*) FROM monitor_idempotencia", "SELECT count(*) FROM monitor_pessoas", "SELECT count(*) FROM logs_auditoria WHERE cliente_id = 2")
}

func roteiroIdempotencia(r *roteiro) {
	ctx := r.Context()
	cria := func(h *store.Handle, nome, chave string) {
		r.relogio.pass(time.Second)
		r.anota("cria %s com %q", nome, chave)(h.Clientes.Create(ctx, store.Cliente{Nome: nome, Email: nome + "@exemplo.com"}, store.WithIdempotencia(chave)))
	}
	outro := r.s.As(store.Local("outro", "maquina", store.CanalCLI))
	cria(r.op, "ana", "k1")
	cria(r.op, "ana", "k1")
	cria(r.op, "bia", "k1")
	cria(outro, "bia", "k1")
	cria(r.op, "caio", "K1") // letter case counts
	cria(r.op, "davi", "k1 ")
	cria(r.op, "eva", "ká")
	cria(r.op, "fabio", "ka")
	cria(r.op, "gil", strings.Repeat("é", 200))
	cria(r.op, "gil", strings.Repeat("é", 200))
	cria(r.op, "hugo", strings.Repeat("é", 201))
	cria(r.op, "ana", "k2")
	cria(r.op, "ana", "")
	r.anota("muda o que foi criado")(r.op.Clientes.Change(ctx, 1, "", func(c *store.Cliente) { c.Cidade = "Natal" }))
	cria(r.op, "ana", "k1")
	r.relogio.pass(8 * 24 * time.Hour)
	cria(r.op, "ana", "k1")
	cria(r.op, "iara", "k1")
	roteiroChavesDePedido(r)
	r.anota("lista")(r.op.Clientes.List(ctx, store.ClienteFiltro{}))
}

// roteiroChavesDePedido repeats every other creation: the same result for the same
// request, ErrIdempotency for another, a new one when the first is gone.
func roteiroChavesDePedido(r *roteiro) {
	ctx := r.Context()
	for i, chave := range []string{"m", "m", "outra", "k1", "", ""} {
		r.relogio.pass(time.Second)
		op := store.WithIdempotencia(chave)
		r.anota("diz %d", i)(r.op.Chat.Send(ctx, store.MensagemNova{Mensagem: "oi"}, op))
		r.anota("diz outra coisa %d", i)(r.op.Chat.Send(ctx, store.MensagemNova{Mensagem: "oi, oi"}, op))
	}
	for i, chave := range []string{"d", "d", "m", ""} {
		op := store.WithIdempotencia(chave)
		r.anota("registra %d", i)(r.op.Dispositivos.Register(ctx, info(`{"hostname":"pc"}`), op))
		r.anota("registra outro %d", i)(r.op.Dispositivos.Register(ctx, info(`{"hostname":"pc-2"}`), op))
	}
	um := store.ConexaoNova{IPDestino: "10.0.0.1"}
	for i, chave := range []string{"c", "c", "d", ""} {
		op := store.WithIdempotencia(chave)
		r.anota("informa %d", i)(r.op.Conexoes.Register(ctx, 1, 0, []store.ConexaoNova{um, um}, op))
		r.anota("informa menos %d", i)(r.op.Conexoes.Register(ctx, 1, 0, []store.ConexaoNova{um}, op))
	}
	r.anota("conexões")(r.op.Estatisticas(ctx))
	for i, chave := range []string{"s", "s", "c", ""} {
		segredo, c, err := r.op.Chaves.Create(ctx, store.ChaveNova{Nome: "painel", Nivel: store.Leitura}, store.WithIdempotencia(chave))
		r.anota("chave %d com segredo %v", i, segredo != "")(c, err)
	}
	r.erro("remove o dispositivo")(r.op.Dispositivos.Delete(ctx, 1))
	r.anota("registra de novo")(r.op.Dispositivos.Register(ctx, info(`{"hostname":"pc"}`), store.WithIdempotencia("d")))
	r.erro("informa para ninguém")(func() error {
		_, err := r.op.Conexoes.Register(ctx, 1, 0, []store.ConexaoNova{um, um}, store.WithIdempotencia("c"))
		return err
	}())
}

// entra logs somebody in and returns what they may do.
func (r *roteiro) entra(email, senha string) *store.Handle {
	r.Helper()
	origem := store.Origem{Canal: store.CanalWeb, IP: "10.0.0.1", UserAgent: "teste"}
	token, _, err := r.s.As(store.Stranger(origem)).Sessoes.Login(r.Context(), email, senha)
	r.esconde(token, "token de "+email)
	r.erro("entra %s", email)(err)
	actor, err := r.s.Authenticate(r.Context(), store.Credencial{Bearer: token}, origem)
	r.anota("é %s", email)(actor.Nivel(), err)
	r.s.Settle() // its use is written on the side
	return r.s.As(actor)
}

// chave makes a key and returns what it may do.
func (r *roteiro) chave(nova store.ChaveNova) *store.Handle {
	r.Helper()
	secret, _, err := r.op.Chaves.Create(r.Context(), nova)
	r.esconde(secret, "chave "+nova.Nome)
	r.erro("chave %s", nova.Nome)(err)
	actor, err := r.s.Authenticate(r.Context(), store.Credencial{Chave: secret}, store.Origem{Canal: store.CanalAPI, IP: "10.0.0.2"})
	r.anota("é %s", nova.Nome)(actor.Nivel(), err)
	r.s.Settle()
	return r.s.As(actor)
}

// conta writes down what another program counts.
func (r *roteiro) conta(queries ...string) {
	r.Helper()
	db := r.e.Foreign(r.T, r.url)
	for _, q := range queries {
		var n int
		err := db.QueryRowContext(r.Context(), q).Scan(&n)
		r.anota("%s", q)(n, err)
	}
}
