package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/digest"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func (a *app) resumoCommand() *cobra.Command {
	var since, format string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "resumo", Short: "Conta o que houve desde ontem", GroupID: groupData, Args: term.NoArgs,
		SuggestFor: []string{"relatorio", "resumir", "novidades"},
		Long: `Conta o que houve desde ontem: dispositivos que pararam de responder e os novos,
clientes, logins recusados, chaves, auditoria, a última cópia de segurança e a mudança
do sistema antigo. No começo vem o que pede atenção.

Em um pipe sai o mesmo texto, sem cores e sem cortes, bom para um e-mail.`,
		Example: "  monitor resumo\n  monitor resumo --desde 20/11/2026\n  monitor resumo -o json | jq .dispositivos.calados",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				format = "json"
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				r, err := s.Resumo(ctx, since)
				var bad *store.InvalidError
				if errors.As(err, &bad) && bad.Campos["desde"] != "" {
					return term.UsageError("exemplo: monitor resumo --desde 20/11/2026", "--desde %s: %s", since, bad.Campos["desde"])
				}
				if err != nil {
					return err
				}
				if format == "json" {
					return a.writeResumoJSON(r)
				}
				serie, err := s.Serie(ctx, store.Serie24h)
				if err != nil {
					return err
				}
				look := digest.Look{Zone: s.cfg.Zone(), Colour: a.colour(s.cfg)}
				if a.OutTerminal {
					look.Width = a.Columns()
				}
				_, err = a.Out.Write([]byte(digest.Text(r, serie, look)))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&since, "desde", "", "`DIA` (20/11/2026) ou instante em que o resumo começa; sem ele, o começo de ontem")
	term.AddChoice(cmd, cmd.Flags(), &format, "saida", "o", "", []string{"table", "json"}, "formato da saída")
	cmd.Flags().BoolVar(&asJSON, "json", false, "o mesmo que -o json")
	_ = cmd.Flags().MarkHidden("json")
	return cmd
}

// writeResumoJSON writes the record that GET /resumo answers.
func (a *app) writeResumoJSON(r store.Resumo) error {
	doc, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("cmd: marshal: %w", err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, term.EscapeJSON(doc), "", "  "); err != nil {
		return fmt.Errorf("cmd: indent: %w", err)
	}
	_, err = a.Out.Write(append(pretty.Bytes(), '\n'))
	return err
}
