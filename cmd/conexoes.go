package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) conexoesCommand() *cobra.Command {
	return noun("conexoes", []string{"conexao"}, "Mostra as conexões de rede que os dispositivos informaram", a.conexoesList())
}

func conexaoFields() []field[store.Conexao] {
	type c = store.Conexao
	return []field[c]{
		{name: "id", title: "Id", value: func(r *c) any { return r.ID }, inTable: true},
		{name: "data_hora", title: "Quando", value: func(r *c) any { return r.DataHora }, inTable: true},
		{name: "dispositivo_id", title: "Dispositivo", value: func(r *c) any { return r.DispositivoID }, inTable: true},
		{name: "dispositivo_nome", title: "Nome", value: func(r *c) any { return r.DispositivoNome }, inTable: true, least: 8},
		{name: "processo", title: "Processo", value: func(r *c) any { return r.Processo }, inTable: true, least: 12},
		{name: "ip_destino", title: "Destino", value: func(r *c) any { return r.IPDestino }, inTable: true},
		{name: "porta_destino", title: "Porta", value: func(r *c) any { return r.PortaDestino }, inTable: true},
		{name: "protocolo", title: "Protocolo", value: func(r *c) any { return r.Protocolo }, inTable: true},
		{name: "status", title: "Estado", value: func(r *c) any { return r.Status }, inTable: true},
		{name: "ip_origem", title: "Origem", value: func(r *c) any { return r.IPOrigem }},
		{name: "porta_origem", title: "Porta de origem", value: func(r *c) any { return r.PortaOrigem }},
		{name: "pid", title: "Número do processo", value: func(r *c) any { return r.PID }},
		{name: "cliente_id", title: "Id do cliente", value: func(r *c) any { return r.ClienteID }},
		{name: "duracao_segundos", title: "Duração em segundos", value: func(r *c) any { return r.DuracaoSegundos }},
		{name: "bytes_enviados", title: "Bytes enviados", value: func(r *c) any { return r.BytesEnviados }},
		{name: "bytes_recebidos", title: "Bytes recebidos", value: func(r *c) any { return r.BytesRecebidos }},
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
			cliente.add(a, cmd, "do cliente")
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
