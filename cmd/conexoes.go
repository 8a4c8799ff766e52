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
		{nome: "processo", titulo: "Processo", valor: func(r *c) any { return r.Processo }, tabela: true, minimo: 12},
		{nome: "ip_destino", titulo: "Destino", valor: func(r *c) any { return r.IPDestino }, tabela: true},
		{nome: "porta_destino", titulo: "Porta", valor: func(r *c) any { return r.PortaDestino }, tabela: true},
		{nome: "protocolo", titulo: "Protocolo", valor: func(r *c) any { return r.Protocolo }, tabela: true},
		{nome: "status", titulo: "Estado", valor: func(r *c) any { return r.Status }, tabela: true},
		{nome: "ip_origem", titulo: "Origem", valor: func(r *c) any { return r.IPOrigem }},
		{nome: "porta_origem", titulo: "Porta de origem", valor: func(r *c) any { return r.PortaOrigem }},
		{nome: "pid", titulo: "Número do processo", valor: func(r *c) any { return r.PID }},
		{nome: "cliente_id", titulo: "Id do cliente", valor: func(r *c) any { return r.ClienteID }},
	}
}

func (a *app) conexoesList() *cobra.Command {
	var f store.ConexaoFiltro
	return listCommand(a, lista[store.Conexao]{
		resumo: "Lista as conexões, da mais nova à mais antiga", nada: "Nenhuma conexão.", campos: conexaoCampos(),
		exemplo: "  monitor conexoes list --dispositivo 3\n  monitor conexoes list --cliente 12 --limite 1000 -o csv",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().Int64Var(&f.DispositivoID, "dispositivo", 0, "`ID` do dispositivo que informou")
			cmd.Flags().Int64Var(&f.ClienteID, "cliente", 0, "`ID` do cliente")
			cmd.Flags().IntVar(&f.Pagina, "pagina", 1, "`N`: a página, a partir de 1")
			cmd.Flags().IntVar(&f.PorPagina, "limite", 100, "`N` conexões por página, no máximo 1000")
		},
		busca: func(ctx context.Context, s *session) ([]store.Conexao, int, error) {
			page, err := s.Conexoes.List(ctx, f)
			return page.Itens, page.Total, err
		},
	})
}
