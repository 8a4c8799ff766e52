package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) conexoesCommand() *cobra.Command {
	return noun("conexoes", []string{"conexao"}, "Mostra as conexões de rede que os dispositivos informaram", a.conexoesList())
}

func conexaoCampos() []campo[store.Conexao] {
	type c = store.Conexao
	return []campo[c]{
		{nome: "id", titulo: "Id", valor: func(r *c) any { return r.ID }, tabela: true},
		{nome: "data_hora", titulo: "Quando", valor: func(r *c) any { return r.DataHora }, tabela: true},
		{nome: "dispositivo_id", titulo: "Dispositivo", valor: func(r *c) any { return r.DispositivoID }, tabela: true},
		{nome: "dispositivo_nome", titulo: "Nome", valor: func(r *c) any { return r.DispositivoNome }, tabela: true, minimo: 8},
		{nome: "processo", titulo: "Processo", valor: func(r *c) any { return r.Processo }, tabela: true, minimo: 12},
		{nome: "ip_destino", titulo: "Destino", valor: func(r *c) any { return r.IPDestino }, tabela: true},
		{nome: "porta_destino", titulo: "Porta", valor: func(r *c) any { return r.PortaDestino }, tabela: true},
		{nome: "protocolo", titulo: "Protocolo", valor: func(r *c) any { return r.Protocolo }, tabela: true},
		{nome: "status", titulo: "Estado", valor: func(r *c) any { return r.Status }, tabela: true},
		{nome: "ip_origem", titulo: "Origem", valor: func(r *c) any { return r.IPOrigem }},
		{nome: "porta_origem", titulo: "Porta de origem", valor: func(r *c) any { return r.PortaOrigem }},
		{nome: "pid", titulo: "Número do processo", valor: func(r *c) any { return r.PID }},
		{nome: "cliente_id", titulo: "Id do cliente", valor: func(r *c) any { return r.ClienteID }},
		{nome: "duracao_segundos", titulo: "Duração em segundos", valor: func(r *c) any { return r.DuracaoSegundos }},
		{nome: "bytes_enviados", titulo: "Bytes enviados", valor: func(r *c) any { return r.BytesEnviados }},
		{nome: "bytes_recebidos", titulo: "Bytes recebidos", valor: func(r *c) any { return r.BytesRecebidos }},
	}
}

func (a *app) conexoesList() *cobra.Command {
	var f store.ConexaoFiltro
	var cliente clienteFlag
	return listCommand(a, lista[store.Conexao]{
		resumo: "Lista as conexões, da mais nova à mais antiga", um: "conexão", muitos: "conexões", feminino: true,
		nada: nenhum("Nenhuma conexão."), campos: conexaoCampos(), prepara: cliente.find,
		exemplo: "  monitor conexoes list --dispositivo 3 --de 24/11/2026\n  monitor conexoes list --cliente joao@empresa.com --limite 0 -o csv > conexoes.csv",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().Int64Var(&f.DispositivoID, "dispositivo", 0, "`ID` do dispositivo que informou")
			cliente.add(a, cmd, "do cliente")
			periodoFlags(cmd, &f.De, &f.Ate)
			a.completeFlagWith(cmd, "dispositivo", matchingDispositivos)
		},
		busca: func(ctx context.Context, s *session, j janela) (store.Pagina[store.Conexao], error) {
			f := f
			f.ClienteID, f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = cliente.id, j.pagina, j.tamanho, j.cursor, j.semTotal
			return s.Conexoes.List(ctx, f)
		},
	})
}
