package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func estatisticaFields() []field[store.Estatisticas] {
	type e = store.Estatisticas
	return []field[e]{
		{name: "total_clientes", title: "Clientes", value: func(r *e) any { return r.TotalClientes }, inTable: true},
		{name: "clientes_ativos", title: "Com acesso nos últimos 30 minutos", value: func(r *e) any { return r.ClientesAtivos }, inTable: true},
		{name: "total_dispositivos", title: "Dispositivos", value: func(r *e) any { return r.TotalDispositivos }, inTable: true},
		{name: "dispositivos_online", title: "Dispositivos online", value: func(r *e) any { return r.DispositivosOnline }, inTable: true},
		{name: "total_conexoes", title: "Conexões", value: func(r *e) any { return r.TotalConexoes }, inTable: true},
		{name: "mensagens_hoje", title: "Mensagens hoje", value: func(r *e) any { return r.MensagensHoje }, inTable: true},
		{name: "sessoes_ativas", title: "Sessões ativas", value: func(r *e) any { return r.SessoesAtivas }, inTable: true},
	}
}

func (a *app) estatisticasCommand() *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "estatisticas", Aliases: []string{"estatistica"}, Short: "Mostra os números do sistema", GroupID: groupData, Args: noArgs,
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
				return out.one(e)
			})
		},
	}
	addOutput(cmd, &f, estatisticaFields())
	return cmd
}
