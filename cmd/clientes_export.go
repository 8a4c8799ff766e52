package cmd

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

func (a *app) clientesExport() *cobra.Command {
	var q clienteQuery
	var audience string
	var over bool
	cmd := &cobra.Command{
		Use: "exportar ARQUIVO", Short: "Grava os clientes em uma planilha", Args: term.OneArg("o nome do arquivo", "monitor clientes exportar clientes.xlsx"),
		Long: `Grava em uma planilha os clientes que os filtros escolhem. O nome diz o formato:
.xlsx, .csv ou .ndjson. Um CSV é feito para o Excel (títulos em português, ponto
e vírgula); com --para programas ele tem os nomes dos campos e vírgulas. CPF,
CNPJ, CEP e telefones saem como estão, com os seus zeros. O arquivo pode ser
corrigido e importado de volta. A exportação fica registrada na auditoria.`,
		Example: "  monitor clientes exportar clientes.xlsx --cidade niteroi\n  monitor clientes exportar clientes.csv --para programas",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := q.check(); err != nil {
				return err
			}
			format, err := store.SheetFormatOf(args[0])
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				e, err := s.Clientes.Export(ctx, q.filter(), store.ExportOptions{Format: format, Audience: store.SheetAudience(audience)})
				if err != nil {
					return err
				}
				return a.exportTo(ctx, args[0], over, e)
			})
		},
	}
	q.add(cmd, "")
	term.AddChoice(cmd, cmd.Flags(), &audience, "para", "", string(store.SheetExcel), []string{string(store.SheetExcel), string(store.SheetPrograms)}, "para quem é o arquivo")
	cmd.Flags().BoolVar(&over, "sobrescrever", false, "substitui o arquivo, se ele já existe")
	return cmd
}

// exportTo writes an export into a file.
func (a *app) exportTo(ctx context.Context, path string, over bool, e *store.ExportacaoClientes) error {
	progress := a.Working("Exportando")
	defer progress.Stop()
	n := 0
	err := store.WriteSheetFile(path, over, func(w io.Writer) (err error) {
		n, err = e.Write(ctx, w, func(n int) { progress.Set("Exportando: %s", say.Count(n, "cliente", "clientes")) })
		return err
	})
	progress.Stop()
	if err != nil {
		return err
	}
	a.notice("%s: %s.", path, say.Count(n, "cliente", "clientes"))
	return nil
}
