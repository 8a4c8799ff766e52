package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func estatisticaCampos() []campo[store.Estatisticas] {
	type e = store.Estatisticas
	return []campo[e]{
		{nome: "total_clientes", titulo: "Clientes", valor: func(r *e) any { return r.TotalClientes }, tabela: true},
		{nome: "clientes_ativos", titulo: "Com acesso nos últimos 30 minutos", valor: func(r *e) any { return r.ClientesAtivos }, tabela: true},
		{nome: "total_dispositivos", titulo: "Dispositivos", valor: func(r *e) any { return r.TotalDispositivos }, tabela: true},
		{nome: "dispositivos_online", titulo: "Dispositivos online", valor: func(r *e) any { return r.DispositivosOnline }, tabela: true},
		{nome: "total_conexoes", titulo: "Conexões", valor: func(r *e) any { return r.TotalConexoes }, tabela: true},
		{nome: "mensagens_hoje", titulo: "Mensagens hoje", valor: func(r *e) any { return r.MensagensHoje }, tabela: true},
		{nome: "sessoes_ativas", titulo: "Sessões ativas", valor: func(r *e) any { return r.SessoesAtivas }, tabela: true},
	}
}

func (a *app) estatisticasCommand() *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "estatisticas", Aliases: []string{"estatistica"}, Short: "Mostra os números do sistema", GroupID: groupData, Args: noArgs,
		Example: "  monitor estatisticas\n  monitor estatisticas -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			out, err := outputFor(a, cmd, f, estatisticaCampos())
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
	addOutput(cmd, &f, estatisticaCampos())
	return cmd
}
