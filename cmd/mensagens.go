package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

func (a *app) mensagensCommand() *cobra.Command {
	return noun("mensagens", []string{"mensagem", "chat"}, "Lê, envia, altera e apaga mensagens do chat",
		a.mensagensList(), a.mensagensSalas(), a.mensagensSend(), a.mensagensUpdate(), a.mensagensDelete())
}

func mensagemFields() []term.Field[store.Mensagem] {
	type m = store.Mensagem
	return []term.Field[m]{
		{Name: "id", Title: "Id", Value: func(r *m) any { return r.ID }, InTable: true},
		{Name: "data_hora", Title: "Quando", Value: func(r *m) any { return r.DataHora }, InTable: true},
		{Name: "usuario", Title: "Quem", Value: func(r *m) any { return r.Usuario }, InTable: true, Least: 8},
		{Name: "mensagem", Title: "Mensagem", Value: func(r *m) any { return r.Mensagem }, InTable: true, Least: 20},
		{Name: "editada", Title: "Editada", Value: func(r *m) any { return r.Editada }, InTable: true},
		{Name: "sala", Title: "Sala", Value: func(r *m) any { return r.Sala }},
		{Name: "cliente_id", Title: "Id do cliente", Value: func(r *m) any { return r.ClienteID }},
		{Name: "tipo", Title: "Tipo", Value: func(r *m) any { return r.Tipo }},
		{Name: "deletada", Title: "Apagada", Value: func(r *m) any { return r.Deletada }},
		{Name: "resposta_para", Title: "Responde a", Value: func(r *m) any { return r.RespostaPara }},
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
			names = append(names, term.OneLine(sala.Sala))
		}
	}
	return names
}

func salaFields() []term.Field[store.Sala] {
	type r = store.Sala
	return []term.Field[r]{
		{Name: "sala", Title: "Sala", Value: func(s *r) any { return s.Sala }, InTable: true},
		{Name: "mensagens", Title: "Mensagens", Value: func(s *r) any { return s.Mensagens }, InTable: true},
		{Name: "ultima", Title: "Última", Value: func(s *r) any { return s.Ultima }, InTable: true},
	}
}

func (a *app) mensagensSalas() *cobra.Command {
	var f term.OutputFlags
	cmd := &cobra.Command{
		Use: "salas", Short: "Lista as salas que têm mensagens, a da mais nova primeiro", Args: term.NoArgs,
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
				w := out.List()
				if err := w.Write(salas); err != nil {
					return err
				}
				return w.Close()
			})
		},
	}
	term.AddOutput(cmd, &f, salaFields())
	return cmd
}

func (a *app) mensagensSend() *cobra.Command {
	var f term.OutputFlags
	var nova store.MensagemNova
	cmd := &cobra.Command{
		Use: "enviar TEXTO", Short: "Envia uma mensagem", Args: term.OneArg("o texto da mensagem", "monitor mensagens enviar 'Manutenção às 18h'"),
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
				return out.One(m)
			})
		},
	}
	addSala(a, cmd, &nova.Sala)
	cmd.Flags().StringVar(&nova.Usuario, "usuario", "Administração", "`NOME` de quem fala")
	cmd.Flags().Int64Var(&nova.RespostaPara, "resposta-para", 0, "`ID` da mensagem a que responde")
	term.AddOutput(cmd, &f, mensagemFields())
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
		return aboutMensagem(do(ctx, s, id), typed)
	})
}

func aboutMensagem(err error, typed string) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound("mensagem "+typed+" não encontrada", verMensagens)
	}
	return about(err, "mensagem "+typed, verMensagens)
}

func (a *app) mensagensUpdate() *cobra.Command {
	var f term.OutputFlags
	cmd := &cobra.Command{
		Use: "update ID TEXTO", Aliases: []string{"editar"}, Short: "Altera o texto de uma mensagem, que fica marcada como editada",
		Args: term.TwoArgs(
			"o id e o novo texto",
			"monitor mensagens update 12 'Manutenção às 19h'",
		), SuggestFor: []string{"alterar", "edit"},
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
				return out.One(m)
			})
		},
	}
	term.AddOutput(cmd, &f, mensagemFields())
	return cmd
}

// findMensagem reads the message whose id was typed and names it when it is not there.
func findMensagem(ctx context.Context, s *session, typed string) (store.Mensagem, error) {
	id, err := idArg(typed, "da mensagem", verMensagens)
	if err != nil {
		return store.Mensagem{}, err
	}
	m, err := s.Chat.Get(ctx, id)
	return m, aboutMensagem(err, typed)
}

func (a *app) deleteMensagens(ctx context.Context, s *session, args []string, f term.ConsentFlags, out *term.Output[store.Mensagem]) error {
	words, err := a.words(ctx, args)
	if err != nil {
		return err
	}
	if f.DryRun {
		a.notice("Simulação: nada foi alterado.")
		return showEach(ctx, a, words, out, func(word string) (store.Mensagem, error) { return findMensagem(ctx, s, word) })
	}
	question := "Apagar " + say.Count(len(words), "mensagem", "mensagens") + "?"
	if len(words) == 1 {
		m, err := findMensagem(ctx, s, words[0])
		if err != nil {
			return err
		}
		question = "Apagar a mensagem " + mensagemTitle(m) + "?"
	}
	if err := a.Confirm(ctx, f, question); err != nil {
		return err
	}
	return showEach(ctx, a, words, out, func(word string) (store.Mensagem, error) {
		m, err := findMensagem(ctx, s, word)
		if err != nil {
			return m, err
		}
		if err := s.Chat.Delete(ctx, m.ID); err != nil {
			return m, aboutMensagem(err, word)
		}
		a.notice("Mensagem %s apagada.", word)
		m.Deletada = true
		return m, nil
	})
}

func (a *app) mensagensDelete() *cobra.Command {
	var f term.ConsentFlags
	var of term.OutputFlags
	cmd := &cobra.Command{
		Use: "delete ID...", Aliases: []string{"excluir", "remover", "apagar"}, Short: "Apaga mensagens do chat", Args: someArgs("o id da mensagem", "monitor mensagens delete 12", ""),
		SuggestFor: []string{"rm"},
		Long: `Apaga mensagens do chat: elas somem para todos, e isso não pode ser desfeito.

Em um terminal, pergunta antes; fora dele, exige --sim.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, of, mensagemFields())
			if err != nil {
				return err
			}
			for _, typed := range args {
				if _, err := idArg(typed, "da mensagem", verMensagens); typed != "-" && err != nil {
					return err
				}
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error { return a.deleteMensagens(ctx, s, args, f, out) })
		},
	}
	term.AddConsent(cmd, &f)
	term.AddOutput(cmd, &of, mensagemFields())
	return cmd
}

// mensagemTitle names a message by its number, who said it and how it begins.
func mensagemTitle(m store.Mensagem) string {
	return fmt.Sprintf("%d, de %s: %s", m.ID, cmp.Or(term.OneLine(m.Usuario), "Anônimo"), ansi.Truncate(term.OneLine(m.Mensagem), 60, "…"))
}
