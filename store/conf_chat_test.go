package store_test

import (
	"strings"
	"time"

	"example.com/monitor/store"
)

func roteiroConversas(r *roteiro) {
	ctx := r.Context()
	for _, nome := range []string{"Ana", "Bia"} {
		r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: nome, Email: nome + "@exemplo.com", Senha: "senha123"}))
	}
	ana, bia := r.entra("ana@exemplo.com", "senha123"), r.entra("bia@exemplo.com", "senha123")
	for i, nova := range []store.MensagemNova{
		{Mensagem: "oi"},
		{Mensagem: `'; DROP TABLE mensagens_chat; -- \ % _ ? $1 😀` + "\nlinha\t2", Usuario: " José ", ClienteID: 1},
		{Mensagem: "em maiúsculas", Sala: "Suporte"},
		{Mensagem: "em minúsculas", Sala: "suporte"},
		{Mensagem: "com acento", Sala: "súporte"},
		{Mensagem: "com espaços", Sala: " suporte "},
		{Mensagem: "resposta", RespostaPara: 1},
		{Mensagem: "resposta noutra sala", Sala: "Suporte", RespostaPara: 1},
		{Mensagem: "resposta a uma sala parecida", Sala: "suporte", RespostaPara: 3},
		{Mensagem: "resposta a ninguém", RespostaPara: 99},
		{Mensagem: "de ninguém", ClienteID: 99},
		{},
		{Mensagem: strings.Repeat("á", 2048), Sala: strings.Repeat("😀", 50), Usuario: strings.Repeat("ã", 100)},
		{Mensagem: strings.Repeat("a", 4097), Sala: strings.Repeat("a", 51), Usuario: strings.Repeat("a", 101)},
		{Mensagem: "a\x00b"},
	} {
		r.relogio.pass(time.Second)
		r.anota("operador diz %d", i)(r.op.Chat.Send(ctx, nova))
		r.anota("ana diz %d", i)(ana.Chat.Send(ctx, nova))
	}
	r.versoesDeMensagem()
	r.outro(`INSERT INTO mensagens_chat(id, mensagem, sala, deletada, editada, data_hora) VALUES (1001, 'sem nada', 'geral', NULL, NULL, NULL),
		(1002, 'apagada', 'geral', TRUE, NULL, '2026-01-01 00:00:00'), (1003, 'sem sala', NULL, FALSE, FALSE, '2026-01-01 00:00:00'), (1004, 'com espaço', 'geral ', FALSE, TRUE, NULL)`)
	for _, f := range []store.MensagemFiltro{{}, {Sala: "suporte"}, {Sala: "SUPORTE"}, {Sala: "geral "}, {PorPagina: 2}, {PorPagina: 5000}, {AntesDe: 5}, {DepoisDe: 5}, {AntesDe: 9, DepoisDe: 2, PorPagina: 3}, {Sala: "%"}} {
		r.anota("lista %+v", f)(bia.Chat.List(ctx, f))
	}
	r.anota("salas")(bia.Chat.Salas(ctx))
	r.anota("as mais velhas")(bia.Chat.List(ctx, store.MensagemFiltro{Primeira: true, PorPagina: 2}))
	for _, id := range []int64{1, 2, 99, 1001, 1002} {
		r.relogio.pass(time.Second)
		r.anota("ana edita %d", id)(ana.Chat.Edit(ctx, id, "editada"))
		r.anota("bia edita %d", id)(bia.Chat.Edit(ctx, id, "de outra"))
		r.anota("operador edita %d com o mesmo", id)(r.op.Chat.Edit(ctx, id, "editada"))
		r.erro("bia apaga %d", id)(bia.Chat.Delete(ctx, id))
		r.erro("ana apaga %d", id)(ana.Chat.Delete(ctx, id))
		r.erro("ana apaga %d de novo", id)(ana.Chat.Delete(ctx, id))
	}
	r.anota("edita para nada")(r.op.Chat.Edit(ctx, 3, " "))
	r.anota("no fim")(r.op.Chat.List(ctx, store.MensagemFiltro{}))
	r.anota("números")(r.op.Estatisticas(ctx))
	r.anota("logs")(r.op.Logs.List(ctx, store.LogFiltro{}))
}

// versoesDeMensagem edits and deletes by what somebody saw.
func (r *roteiro) versoesDeMensagem() {
	ctx := r.Context()
	m, err := r.op.Chat.Send(ctx, store.MensagemNova{Mensagem: "vai mudar"})
	r.anota("versão enviada")(m.Versao(), err)
	base := store.WithVersao(m.Versao())
	lida, err := r.op.Chat.Get(ctx, m.ID)
	r.anota("versão lida")(lida.Versao(), err)
	r.anota("edita a que viu")(r.op.Chat.Edit(ctx, m.ID, "mudou", base))
	r.anota("edita a que não há mais")(r.op.Chat.Edit(ctx, m.ID, "de novo", base))
	r.erro("apaga a que não há mais")(r.op.Chat.Delete(ctx, m.ID, base))
	r.outro("UPDATE mensagens_chat SET mensagem = 'de outro' WHERE mensagem = 'mudou'")
	r.anota("edita depois do outro programa")(r.op.Chat.Edit(ctx, m.ID, "de novo", store.WithVersao(lida.Versao())))
	now, err := r.op.Chat.Get(ctx, m.ID)
	r.anota("como está")(now, err)
	r.erro("apaga como está")(r.op.Chat.Delete(ctx, m.ID, store.WithVersao(now.Versao())))
	r.anota("lê a apagada")(r.op.Chat.Get(ctx, m.ID))
}
