package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func (a *app) sessoesCommand() *cobra.Command {
	return noun("sessoes", []string{"sessao"}, "Lista e encerra as sessões abertas", a.sessoesList(), a.sessoesRevoke())
}

func sessaoFields() []term.Field[store.SessaoAberta] {
	type s = store.SessaoAberta
	return []term.Field[s]{
		{Name: "id", Title: "Id", Value: func(r *s) any { return r.ID }, InTable: true},
		{Name: "cliente_nome", Title: "Pessoa", Value: func(r *s) any { return r.ClienteNome }, InTable: true, Least: 12},
		{Name: "ultima_atividade", Title: "Última atividade", Value: func(r *s) any { return r.UltimaAtividade }, InTable: true},
		{Name: "data_inicio", Title: "Início", Value: func(r *s) any { return r.DataInicio }, InTable: true},
		{Name: "ip_address", Title: "Endereço", Value: func(r *s) any { return r.IPAddress }, InTable: true},
		{Name: "user_agent", Title: "Programa", Value: func(r *s) any { return r.UserAgent }},
		{Name: "data_expiracao", Title: "Expira em", Value: func(r *s) any { return r.DataExpiracao }},
		{Name: "atual", Title: "Esta", Value: func(r *s) any { return r.Atual }},
		{Name: "cliente_id", Title: "Id da pessoa", Value: func(r *s) any { return r.ClienteID }},
	}
}

func (a *app) sessoesList() *cobra.Command {
	var cliente clienteFlag
	return listCommand(a, listSpec[store.SessaoAberta]{
		resumo: "Lista as sessões abertas, da usada por último à mais antiga", one: "sessão", many: "sessões", feminine: true,
		nothing: none("Ninguém está com sessão aberta."), fields: sessaoFields(), prepare: cliente.find,
		example: "  monitor sessoes list --cliente joao@empresa.com",
		flags:   func(cmd *cobra.Command) { cliente.add(a, cmd, "cliente", "da pessoa") },
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.SessaoAberta], error) {
			return s.Sessoes.List(
				ctx,
				store.SessaoFiltro{ClienteID: cliente.id, Pagina: j.page, PorPagina: j.size, Cursor: j.cursor, SemTotal: j.noTotal},
			)
		},
	})
}

func (a *app) sessoesRevoke() *cobra.Command {
	consent := &term.ConsentFlags{}
	var of term.OutputFlags
	m := &many{recurso: store.OperacaoDeSessoes, acao: store.OperacaoEncerrar, example: "monitor sessoes revogar 31", consent: consent}
	cmd := &cobra.Command{
		Use: "revogar ID...", Short: "Encerra sessões na hora", Args: m.args("o id da sessão"),
		SuggestFor: []string{"delete", "encerrar", "excluir", "remover"},
		Example:    "  monitor sessoes revogar 31\n  monitor sessoes list --cliente joao@empresa.com -o ids | monitor sessoes revogar - --sim",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !m.isOne(args) || consent.DryRun {
				return m.run(a, cmd, args, of)
			}
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
	term.AddConsent(cmd, consent)
	term.AddOutput(cmd, &of, operacaoFields())
	return cmd
}
