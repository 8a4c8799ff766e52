package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func (a *app) conexoesCommand() *cobra.Command {
	return noun("conexoes", []string{"conexao"}, "Mostra as conexões de rede que os dispositivos informaram", a.conexoesList())
}

func conexaoFields() []term.Field[store.Conexao] {
	type c = store.Conexao
	return []term.Field[c]{
		{Name: "id", Title: "Id", Value: func(r *c) any { return r.ID }, InTable: true},
		{Name: "data_hora", Title: "Quando", Value: func(r *c) any { return r.DataHora }, InTable: true},
		{Name: "dispositivo_id", Title: "Dispositivo", Value: func(r *c) any { return r.DispositivoID }, InTable: true},
		{Name: "dispositivo_nome", Title: "Nome", Value: func(r *c) any { return r.DispositivoNome }, InTable: true, Least: 8},
		{Name: "processo", Title: "Processo", Value: func(r *c) any { return r.Processo }, InTable: true, Least: 12},
		{Name: "ip_destino", Title: "Destino", Value: func(r *c) any { return r.IPDestino }, InTable: true},
		{Name: "porta_destino", Title: "Porta", Value: func(r *c) any { return r.PortaDestino }, InTable: true},
		{Name: "protocolo", Title: "Protocolo", Value: func(r *c) any { return r.Protocolo }, InTable: true},
		{Name: "status", Title: "Estado", Value: func(r *c) any { return r.Status }, InTable: true},
		{Name: "ip_origem", Title: "Origem", Value: func(r *c) any { return r.IPOrigem }},
		{Name: "porta_origem", Title: "Porta de origem", Value: func(r *c) any { return r.PortaOrigem }},
		{Name: "pid", Title: "Número do processo", Value: func(r *c) any { return r.PID }},
		{Name: "cliente_id", Title: "Id do cliente", Value: func(r *c) any { return r.ClienteID }},
		{Name: "duracao_segundos", Title: "Duração em segundos", Value: func(r *c) any { return r.DuracaoSegundos }},
		{Name: "bytes_enviados", Title: "Bytes enviados", Value: func(r *c) any { return r.BytesEnviados }},
		{Name: "bytes_recebidos", Title: "Bytes recebidos", Value: func(r *c) any { return r.BytesRecebidos }},
	}
}

func (a *app) conexoesList() *cobra.Command {
	var f store.ConexaoFiltro
	var cliente clienteFlag
	return listCommand(a, listSpec[store.Conexao]{
		resumo: "Lista as conexões, da mais nova à mais antiga", one: "conexão", many: "conexões", feminine: true,
		nothing: none("Nenhuma conexão."), fields: conexaoFields(), prepare: cliente.find,
		example: "  monitor conexoes list --dispositivo 3 --de 24/11/2026\n  monitor conexoes list --cliente joao@empresa.com --limite 0 -o csv > conexoes.csv",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().Int64Var(&f.DispositivoID, "dispositivo", 0, "`ID` do dispositivo que informou")
			cliente.add(a, cmd, "cliente", "do cliente")
			periodFlags(cmd, &f.De, &f.Ate)
			a.completeFlagWith(cmd, "dispositivo", matchingDispositivos)
		},
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Conexao], error) {
			f := f
			f.ClienteID, f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = cliente.id, j.page, j.size, j.cursor, j.noTotal
			return s.Conexoes.List(ctx, f)
		},
	})
}
