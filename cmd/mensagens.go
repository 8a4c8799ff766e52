package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) mensagensCommand() *cobra.Command {
	return noun("mensagens", []string{"mensagem", "chat"}, "Lê e envia mensagens do chat", a.mensagensList(), a.mensagensEnviar(), a.mensagensDelete())
}

func mensagemCampos() []campo[store.Mensagem] {
	type m = store.Mensagem
	return []campo[m]{
		{nome: "id", titulo: "Id", valor: func(r *m) any { return r.ID }, tabela: true},
		{nome: "data_hora", titulo: "Quando", valor: func(r *m) any { return r.DataHora }, tabela: true},
		{nome: "usuario", titulo: "Quem", valor: func(r *m) any { return r.Usuario }, tabela: true, minimo: 8},
		{nome: "mensagem", titulo: "Mensagem", valor: func(r *m) any { return r.Mensagem }, tabela: true, minimo: 20},
		{nome: "editada", titulo: "Editada", valor: func(r *m) any { return r.Editada }, tabela: true},
		{nome: "sala", titulo: "Sala", valor: func(r *m) any { return r.Sala }},
		{nome: "cliente_id", titulo: "Id do cliente", valor: func(r *m) any { return r.ClienteID }},
		{nome: "resposta_para", titulo: "Responde a", valor: func(r *m) any { return r.RespostaPara }},
	}
}

func (a *app) mensagensList() *cobra.Command {
	var f store.MensagemFiltro
	return listCommand(a, lista[store.Mensagem]{
		resumo: "Lista as mensagens mais novas de uma sala, das mais antigas às mais novas", nada: "Nenhuma mensagem nesta sala.", campos: mensagemCampos(),
		exemplo: "  monitor mensagens list --sala suporte --limite 20",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().StringVar(&f.Sala, "sala", "geral", "`NOME` da sala")
			cmd.Flags().IntVar(&f.PorPagina, "limite", 100, "`N` mensagens, no máximo 500")
			cmd.Flags().Int64Var(&f.AntesDe, "antes-de", 0, "`ID`: só mensagens mais antigas que esta")
		},
		busca: func(ctx context.Context, s *session) ([]store.Mensagem, int, error) {
			page, err := s.Chat.List(ctx, f)
			return page.Itens, page.Total, err
		},
	})
}

func (a *app) mensagensEnviar() *cobra.Command {
	var f outputFlags
	var nova store.MensagemNova
	cmd := &cobra.Command{
		Use: "enviar TEXTO", Short: "Envia uma mensagem", Args: oneArg("o texto da mensagem", "monitor mensagens enviar 'Manutenção às 18h'"),
		SuggestFor: []string{"create", "criar", "send"},
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, mensagemCampos())
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				nova.Mensagem = args[0]
				m, err := s.Chat.Send(ctx, nova)
				if err != nil {
					return about(err, "mensagem", "")
				}
				return out.one(m)
			})
		},
	}
	cmd.Flags().StringVar(&nova.Sala, "sala", "geral", "`NOME` da sala")
	cmd.Flags().StringVar(&nova.Usuario, "usuario", "Administração", "`NOME` de quem fala")
	cmd.Flags().Int64Var(&nova.RespostaPara, "resposta-para", 0, "`ID` da mensagem a que responde")
	addOutput(cmd, &f, mensagemCampos())
	return cmd
}

func (a *app) mensagensDelete() *cobra.Command {
	return &cobra.Command{
		Use: "delete ID", Aliases: []string{"excluir", "remover"}, Short: "Apaga uma mensagem do chat", Args: oneArg("o id da mensagem", "monitor mensagens delete 12"),
		SuggestFor: []string{"apagar", "rm"},
		RunE: func(cmd *cobra.Command, args []string) error {
			const hint = "veja as mensagens com: monitor mensagens list"
			id, err := idArg(args[0], "da mensagem", hint)
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				err := s.Chat.Delete(ctx, id)
				if errors.Is(err, store.ErrNotFound) {
					return notFound("mensagem "+args[0]+" não encontrada", hint)
				}
				if err == nil {
					a.notice("Mensagem %d apagada.", id)
				}
				return about(err, "mensagem "+args[0], hint)
			})
		},
	}
}
