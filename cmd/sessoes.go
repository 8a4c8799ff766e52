package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) sessoesCommand() *cobra.Command {
	return noun("sessoes", []string{"sessao"}, "Lista e encerra as sessões abertas", a.sessoesList(), a.sessoesRevogar())
}

func sessaoCampos() []campo[store.SessaoAberta] {
	type s = store.SessaoAberta
	return []campo[s]{
		{nome: "id", titulo: "Id", valor: func(r *s) any { return r.ID }, tabela: true},
		{nome: "cliente_nome", titulo: "Pessoa", valor: func(r *s) any { return r.ClienteNome }, tabela: true, minimo: 12},
		{nome: "ultima_atividade", titulo: "Última atividade", valor: func(r *s) any { return r.UltimaAtividade }, tabela: true},
		{nome: "data_inicio", titulo: "Início", valor: func(r *s) any { return r.DataInicio }, tabela: true},
		{nome: "ip_address", titulo: "Endereço", valor: func(r *s) any { return r.IPAddress }, tabela: true},
		{nome: "user_agent", titulo: "Programa", valor: func(r *s) any { return r.UserAgent }},
		{nome: "data_expiracao", titulo: "Expira em", valor: func(r *s) any { return r.DataExpiracao }},
		{nome: "atual", titulo: "Esta", valor: func(r *s) any { return r.Atual }},
		{nome: "cliente_id", titulo: "Id da pessoa", valor: func(r *s) any { return r.ClienteID }},
	}
}

func (a *app) sessoesList() *cobra.Command {
	var cliente clienteFlag
	return listCommand(a, lista[store.SessaoAberta]{
		resumo: "Lista as sessões abertas, da usada por último à mais antiga", um: "sessão", muitos: "sessões", feminino: true,
		nada: nenhum("Ninguém está com sessão aberta."), campos: sessaoCampos(), prepara: cliente.find,
		exemplo: "  monitor sessoes list --cliente joao@empresa.com",
		flags:   func(cmd *cobra.Command) { cliente.add(a, cmd, "da pessoa") },
		busca: func(ctx context.Context, s *session, j janela) (store.Pagina[store.SessaoAberta], error) {
			return s.Sessoes.List(ctx, store.SessaoFiltro{ClienteID: cliente.id, Pagina: j.pagina, PorPagina: j.tamanho, Cursor: j.cursor, SemTotal: j.semTotal})
		},
	})
}

func (a *app) sessoesRevogar() *cobra.Command {
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
