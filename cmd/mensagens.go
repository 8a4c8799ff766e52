package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) mensagensCommand() *cobra.Command {
	return noun("mensagens", []string{"mensagem", "chat"}, "Lê, envia, altera e apaga mensagens do chat",
		a.mensagensList(), a.mensagensSalas(), a.mensagensSend(), a.mensagensUpdate(), a.mensagensDelete())
}

func mensagemFields() []field[store.Mensagem] {
	type m = store.Mensagem
	return []field[m]{
		{name: "id", title: "Id", value: func(r *m) any { return r.ID }, inTable: true},
		{name: "data_hora", title: "Quando", value: func(r *m) any { return r.DataHora }, inTable: true},
		{name: "usuario", title: "Quem", value: func(r *m) any { return r.Usuario }, inTable: true, least: 8},
		{name: "mensagem", title: "Mensagem", value: func(r *m) any { return r.Mensagem }, inTable: true, least: 20},
		{name: "editada", title: "Editada", value: func(r *m) any { return r.Editada }, inTable: true},
		{name: "sala", title: "Sala", value: func(r *m) any { return r.Sala }},
		{name: "cliente_id", title: "Id do cliente", value: func(r *m) any { return r.ClienteID }},
		{name: "tipo", title: "Tipo", value: func(r *m) any { return r.Tipo }},
		{name: "deletada", title: "Apagada", value: func(r *m) any { return r.Deletada }},
		{name: "resposta_para", title: "Responde a", value: func(r *m) any { return r.RespostaPara }},
	}
}

func (a *app) mensagensList() *cobra.Command {
	var f store.MensagemFiltro
	return listCommand(a, listSpec[store.Mensagem]{
		resumo: "Lista as mensagens mais novas de uma sala, das mais antigas às mais novas", one: "mensagem", many: "mensagens", feminine: true,
		long: `Lista as mensagens mais novas de uma sala, das mais antigas às mais novas. A
página 2 traz as que vieram antes; --limite 0, a conversa inteira.`,
		nothing: none("Nenhuma mensagem nesta sala."), fields: mensagemFields(),
		example: "  monitor mensagens list --sala suporte --limite 20\n  monitor mensagens list --antes-de 120",
		flags: func(cmd *cobra.Command) {
			addSala(a, cmd, &f.Sala)
			cmd.Flags().Int64Var(&f.AntesDe, "antes-de", 0, "`ID`: só mensagens mais antigas que esta")
			cmd.Flags().Int64Var(&f.DepoisDe, "depois-de", 0, "`ID`: só mensagens mais novas que esta")
		},
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Mensagem], error) {
			f := f
			f.Pagina, f.PorPagina, f.Cursor, f.SemTotal, f.Primeira = j.page, j.size, j.cursor, j.noTotal, j.all
			page, err := s.Chat.List(ctx, f)
			if !j.all {
				page.Proximo = "" // what is newer was not asked for
			}
			return page, err
		},
	})
}

func addSala(a *app, cmd *cobra.Command, sala *string) {
	cmd.Flags().StringVar(sala, "sala", "geral", "`NOME` da sala")
	a.completeFlagWith(cmd, "sala", matchingSalas)
}

func matchingSalas(ctx context.Context, s *session, typed string) []string {
	salas, err := s.Chat.Salas(ctx)
	if err != nil {
		return nil
	}
	var names []string
	for _, sala := range salas {
		if strings.HasPrefix(sala.Sala, typed) {
			names = append(names, oneLine(sala.Sala))
		}
	}
	return names
}

func salaFields() []field[store.Sala] {
	type r = store.Sala
	return []field[r]{
		{name: "sala", title: "Sala", value: func(s *r) any { return s.Sala }, inTable: true},
		{name: "mensagens", title: "Mensagens", value: func(s *r) any { return s.Mensagens }, inTable: true},
		{name: "ultima", title: "Última", value: func(s *r) any { return s.Ultima }, inTable: true},
	}
}

func (a *app) mensagensSalas() *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "salas", Short: "Lista as salas que têm mensagens, a da mais nova primeiro", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, err := outputFor(a, cmd, f, salaFields())
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				salas, err := s.Chat.Salas(ctx)
				if err != nil {
					return err
				}
				w := out.list()
				if err := w.write(salas); err != nil {
					return err
				}
				return w.close()
			})
		},
	}
	addOutput(cmd, &f, salaFields())
	return cmd
}

func (a *app) mensagensSend() *cobra.Command {
	var f outputFlags
	var nova store.MensagemNova
	cmd := &cobra.Command{
		Use: "enviar TEXTO", Short: "Envia uma mensagem", Args: oneArg("o texto da mensagem", "monitor mensagens enviar 'Manutenção às 18h'"),
		SuggestFor: []string{"create", "criar", "send"},
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, mensagemFields())
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
	addSala(a, cmd, &nova.Sala)
	cmd.Flags().StringVar(&nova.Usuario, "usuario", "Administração", "`NOME` de quem fala")
	cmd.Flags().Int64Var(&nova.RespostaPara, "resposta-para", 0, "`ID` da mensagem a que responde")
	addOutput(cmd, &f, mensagemFields())
	return cmd
}

const verMensagens = "veja as mensagens com: monitor mensagens list"

// withMensagem runs do on the message whose id was typed.
func (a *app) withMensagem(cmd *cobra.Command, typed string, do func(context.Context, *session, int64) error) error {
	id, err := idArg(typed, "da mensagem", verMensagens)
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		err := do(ctx, s, id)
		if errors.Is(err, store.ErrNotFound) {
			return notFound("mensagem "+typed+" não encontrada", verMensagens)
		}
		return about(err, "mensagem "+typed, verMensagens)
	})
}

func (a *app) mensagensUpdate() *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "update ID TEXTO", Aliases: []string{"editar"}, Short: "Altera o texto de uma mensagem, que fica marcada como editada",
		Args: twoArgs("o id e o novo texto", "monitor mensagens update 12 'Manutenção às 19h'"), SuggestFor: []string{"alterar", "edit"},
		Example: "  monitor mensagens update 12 'Manutenção às 19h'",
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, mensagemFields())
			if err != nil {
				return err
			}
			return a.withMensagem(cmd, args[0], func(ctx context.Context, s *session, id int64) error {
				m, err := s.Chat.Edit(ctx, id, args[1])
				if err != nil {
					return err
				}
				return out.one(m)
			})
		},
	}
	addOutput(cmd, &f, mensagemFields())
	return cmd
}

func (a *app) mensagensDelete() *cobra.Command {
	var f consentFlags
	var of outputFlags
	cmd := &cobra.Command{
		Use: "delete ID", Aliases: []string{"excluir", "remover", "apagar"}, Short: "Apaga uma mensagem do chat", Args: oneArg("o id da mensagem", "monitor mensagens delete 12"),
		SuggestFor: []string{"rm"},
		Long: `Apaga uma mensagem do chat: ela some para todos, e isso não pode ser desfeito.

Em um terminal, pergunta antes; fora dele, exige --sim.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, of, mensagemFields())
			if err != nil {
				return err
			}
			return a.withMensagem(cmd, args[0], func(ctx context.Context, s *session, id int64) error {
				m, err := s.Chat.Get(ctx, id)
				if err != nil {
					return err
				}
				if f.dryRun {
					a.notice("Simulação: nada foi alterado.")
					return out.one(m)
				}
				if err := a.confirm(ctx, f, "Apagar a mensagem "+mensagemTitle(m)+"?"); err != nil {
					return err
				}
				if err := s.Chat.Delete(ctx, id); err != nil {
					return err
				}
				a.notice("Mensagem %d apagada.", id)
				m.Deletada = true
				return out.one(m)
			})
		},
	}
	addConsent(cmd, &f)
	addOutput(cmd, &of, mensagemFields())
	return cmd
}

// mensagemTitle names a message by its number, who said it and how it begins.
func mensagemTitle(m store.Mensagem) string {
	return fmt.Sprintf("%d, de %s: %s", m.ID, cmp.Or(oneLine(m.Usuario), "Anônimo"), ansi.Truncate(oneLine(m.Mensagem), 60, "…"))
}
