package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) sessoesCommand() *cobra.Command {
	return noun("sessoes", []string{"sessao"}, "Lista e encerra as sessões abertas", a.sessoesList(), a.sessoesRevoke())
}

func sessaoFields() []field[store.SessaoAberta] {
	type s = store.SessaoAberta
	return []field[s]{
		{name: "id", title: "Id", value: func(r *s) any { return r.ID }, inTable: true},
		{name: "cliente_nome", title: "Pessoa", value: func(r *s) any { return r.ClienteNome }, inTable: true, least: 12},
		{name: "ultima_atividade", title: "Última atividade", value: func(r *s) any { return r.UltimaAtividade }, inTable: true},
		{name: "data_inicio", title: "Início", value: func(r *s) any { return r.DataInicio }, inTable: true},
		{name: "ip_address", title: "Endereço", value: func(r *s) any { return r.IPAddress }, inTable: true},
		{name: "user_agent", title: "Programa", value: func(r *s) any { return r.UserAgent }},
		{name: "data_expiracao", title: "Expira em", value: func(r *s) any { return r.DataExpiracao }},
		{name: "atual", title: "Esta", value: func(r *s) any { return r.Atual }},
		{name: "cliente_id", title: "Id da pessoa", value: func(r *s) any { return r.ClienteID }},
	}
}

func (a *app) sessoesList() *cobra.Command {
	var cliente clienteFlag
	return listCommand(a, listSpec[store.SessaoAberta]{
		resumo: "Lista as sessões abertas, da usada por último à mais antiga", one: "sessão", many: "sessões", feminine: true,
		nothing: none("Ninguém está com sessão aberta."), fields: sessaoFields(), prepare: cliente.find,
		example: "  monitor sessoes list --cliente joao@empresa.com",
		flags:   func(cmd *cobra.Command) { cliente.add(a, cmd, "da pessoa") },
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.SessaoAberta], error) {
			return s.Sessoes.List(ctx, store.SessaoFiltro{ClienteID: cliente.id, Pagina: j.page, PorPagina: j.size, Cursor: j.cursor, SemTotal: j.noTotal})
		},
	})
}

func (a *app) sessoesRevoke() *cobra.Command {
	return &cobra.Command{
		Use: "revogar ID", Short: "Encerra uma sessão na hora", Args: oneArg("o id da sessão", "monitor sessoes revogar 31"),
		SuggestFor: []string{"delete", "encerrar", "excluir", "remover"},
		RunE: func(cmd *cobra.Command, args []string) error {
			const hint = "veja as sessões com: monitor sessoes list"
			id, err := idArg(args[0], "da sessão", hint)
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				err := s.Sessoes.Revoke(ctx, id)
				if errors.Is(err, store.ErrNotFound) {
					return notFound("sessão "+args[0]+" não encontrada", hint)
				}
				if err != nil {
					return about(err, "sessão "+args[0], hint)
				}
				a.notice("Sessão %d encerrada.", id)
				return nil
			})
		},
	}
}
