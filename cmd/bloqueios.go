package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func (a *app) bloqueiosCommand() *cobra.Command {
	return noun(
		"bloqueios",
		[]string{"bloqueio"},
		"Mostra quem errou a senha demais e libera de novo",
		a.bloqueiosList(),
		a.bloqueiosRelease(),
	)
}

func bloqueioFields() []term.Field[store.Bloqueio] {
	type b = store.Bloqueio
	return []term.Field[b]{
		{Name: "id", Title: "Id", Value: func(r *b) any { return r.ID }},
		{Name: "alvo", Title: "Conta ou endereço", Value: func(r *b) any { return r.Alvo }, InTable: true, Least: 18},
		{Name: "tipo", Title: "Tipo", Value: func(r *b) any { return r.Tipo }, InTable: true},
		{Name: "falhas", Title: "Falhas", Value: func(r *b) any { return r.Falhas }, InTable: true},
		{Name: "ate", Title: "Bloqueado até", Value: func(r *b) any { return r.Ate }, InTable: true},
		{Name: "ultima", Title: "Última falha", Value: func(r *b) any { return r.Ultima }, InTable: true},
	}
}

func (a *app) bloqueiosList() *cobra.Command {
	return listCommand(a, listSpec[store.Bloqueio]{
		resumo: "Lista as contas e os endereços com senhas erradas", one: "conta ou endereço", many: "contas e endereços", nothing: none("Ninguém errou a senha nas últimas horas."), fields: bloqueioFields(),
		long: `Lista as senhas erradas que ainda contam, primeiro as que bloqueiam. Quatro erros
bloqueiam uma conta por 5 minutos, e cada erro a mais dobra a espera, até 20
minutos; a cada hora um erro é esquecido. O tipo diz o que é contado:
  conta      o e-mail, visto de qualquer lugar
  conhecida  o mesmo, de onde a pessoa entrou nos últimos 30 dias
  endereco   um endereço de rede, que pode errar 30 vezes
  sessao     a senha atual, pedida a quem já entrou`,
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Bloqueio], error) {
			list, err := s.Bloqueios.List(ctx)
			return whole(list, j), err
		},
	})
}

func (a *app) bloqueiosRelease() *cobra.Command {
	return &cobra.Command{
		Use: "liberar ALVO...", Short: "Esquece as senhas erradas de e-mails ou endereços de rede",
		Args:       someArgs("o e-mail ou o endereço de rede", "monitor bloqueios liberar joao@empresa.com", "@.:"),
		SuggestFor: []string{"desbloquear", "delete", "remover", "retirar"},
		RunE: func(cmd *cobra.Command, args []string) error {
			const hint = "veja quem está bloqueado com: monitor bloqueios list"
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				words, err := a.words(ctx, args)
				if err != nil {
					return err
				}
				return a.each(ctx, words, func(word string) error {
					err := s.Bloqueios.LiftOf(ctx, word)
					if errors.Is(err, store.ErrNotFound) {
						return notFound("não há senhas erradas contadas para "+word, hint)
					}
					if err == nil {
						a.notice("As senhas erradas de %s foram esquecidas.", word)
					}
					return about(err, word, hint)
				})
			})
		},
	}
}
