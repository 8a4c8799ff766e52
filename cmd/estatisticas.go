package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func estatisticaFields() []term.Field[store.Estatisticas] {
	type e = store.Estatisticas
	return []term.Field[e]{
		{Name: "total_clientes", Title: "Clientes", Value: func(r *e) any { return r.TotalClientes }, InTable: true},
		{Name: "clientes_ativos", Title: "Com acesso nos últimos 30 minutos", Value: func(r *e) any { return r.ClientesAtivos }, InTable: true},
		{Name: "total_dispositivos", Title: "Dispositivos", Value: func(r *e) any { return r.TotalDispositivos }, InTable: true},
		{Name: "dispositivos_online", Title: "Dispositivos online", Value: func(r *e) any { return r.DispositivosOnline }, InTable: true},
		{Name: "total_conexoes", Title: "Conexões", Value: func(r *e) any { return r.TotalConexoes }, InTable: true},
		{Name: "mensagens_hoje", Title: "Mensagens hoje", Value: func(r *e) any { return r.MensagensHoje }, InTable: true},
		{Name: "sessoes_ativas", Title: "Sessões ativas", Value: func(r *e) any { return r.SessoesAtivas }, InTable: true},
	}
}

func (a *app) estatisticasCommand() *cobra.Command {
	var f term.OutputFlags
	cmd := &cobra.Command{
		Use: "estatisticas", Aliases: []string{"estatistica"}, Short: "Mostra os números do sistema", GroupID: groupData, Args: term.NoArgs,
		Example: "  monitor estatisticas\n  monitor estatisticas -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, err := outputFor(a, cmd, f, estatisticaFields())
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				e, err := s.Estatisticas(ctx)
				if err != nil {
					return err
				}
				return out.One(e)
			})
		},
	}
	term.AddOutput(cmd, &f, estatisticaFields())
	return cmd
}
