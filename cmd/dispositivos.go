package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) dispositivosCommand() *cobra.Command {
	return noun("dispositivos", []string{"dispositivo"}, "Lista, altera e remove os dispositivos dos clientes",
		a.dispositivosList(), a.dispositivosGet(), a.dispositivosUpdate(), a.dispositivosDelete())
}

func dispositivoCampos() []campo[store.Dispositivo] {
	type d = store.Dispositivo
	return []campo[d]{
		{nome: "id", titulo: "Id", valor: func(r *d) any { return r.ID }, tabela: true},
		{nome: "nome", titulo: "Nome", valor: func(r *d) any { return r.Nome }, tabela: true, minimo: 12},
		{nome: "cliente_nome", titulo: "Cliente", valor: func(r *d) any { return r.ClienteNome }, tabela: true, minimo: 12},
		{nome: "online", titulo: "Online", valor: func(r *d) any { return r.Online }, tabela: true},
		{nome: "ultimo_heartbeat", titulo: "Último sinal", valor: func(r *d) any { return r.UltimoHeartbeat }, tabela: true},
		{nome: "sistema_operacional", titulo: "Sistema", valor: func(r *d) any { return r.SistemaOperacional }, tabela: true},
		{nome: "ip_local", titulo: "IP local", valor: func(r *d) any { return r.IPLocal }, tabela: true},
		{nome: "tipo", titulo: "Tipo", valor: func(r *d) any { return r.Tipo }},
		{nome: "hostname", titulo: "Nome da máquina", valor: func(r *d) any { return r.Hostname }},
		{nome: "cliente_id", titulo: "Id do cliente", valor: func(r *d) any { return idOrNil(r.ClienteID) }},
		{nome: "versao_so", titulo: "Versão do sistema", valor: func(r *d) any { return r.VersaoSO }},
		{nome: "ip_publico", titulo: "IP público", valor: func(r *d) any { return r.IPPublico }},
		{nome: "mac_address", titulo: "Endereço MAC", valor: func(r *d) any { return r.MACAddress }},
		{nome: "processador", titulo: "Processador", valor: func(r *d) any { return r.Processador }},
		{nome: "memoria_total", titulo: "Memória", valor: func(r *d) any { return r.MemoriaTotal }},
		{nome: "disco_total", titulo: "Disco", valor: func(r *d) any { return r.DiscoTotal }},
		{nome: "is_virtual", titulo: "Virtual", valor: func(r *d) any { return r.IsVirtual }},
		{nome: "virtual_type", titulo: "Tipo de máquina virtual", valor: func(r *d) any { return r.VirtualType }},
		{nome: "ativo", titulo: "Ativo", valor: func(r *d) any { return r.Ativo }},
		{nome: "data_registro", titulo: "Registrado em", valor: func(r *d) any { return r.DataRegistro }},
		{nome: "info_extra", titulo: "O que mais disse", valor: func(r *d) any { return r.InfoExtra }},
	}
}

// idOrNil is nothing for an id that is NULL.
func idOrNil(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func (a *app) dispositivosList() *cobra.Command {
	var f store.DispositivoFiltro
	var cliente clienteFlag
	var online, offline bool
	return listCommand(a, lista[store.Dispositivo]{
		resumo: "Lista os dispositivos, do sinal mais novo ao mais antigo", um: "dispositivo", muitos: "dispositivos",
		longa: `Lista os dispositivos, do sinal mais novo ao mais antigo.

A busca olha nome, nome da máquina, sistema, endereços IP e MAC e o nome do
cliente, sem distinguir maiúsculas nem acentos. Online é quem deu sinal nos
últimos 5 minutos.`,
		nada: nenhum("Nenhum dispositivo."), campos: dispositivoCampos(), prepara: cliente.find,
		exemplo: "  monitor dispositivos list --offline --tipo servidor\n  monitor dispositivos list --busca recepcao --sistema windows\n  monitor dispositivos list --cliente joao@empresa.com -o json",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().StringVarP(&f.Busca, "busca", "b", "", "`TEXTO` que deve ocorrer no dispositivo")
			cmd.Flags().BoolVar(&online, "online", false, "só os que deram sinal há menos de 5 minutos")
			cmd.Flags().BoolVar(&offline, "offline", false, "só os outros")
			cmd.Flags().StringVar(&f.Tipo, "tipo", "", "só os deste `TIPO`, por exemplo desktop")
			cmd.Flags().StringVar(&f.Sistema, "sistema", "", "`TEXTO` que deve ocorrer no sistema operacional ou na versão")
			cliente.add(a, cmd, "do cliente a que pertencem")
		},
		check: func() error { return onlyOne(online, offline, "--online", "--offline") },
		busca: func(ctx context.Context, s *session, j janela) (store.Pagina[store.Dispositivo], error) {
			f := f
			f.ClienteID, f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = cliente.id, j.pagina, j.tamanho, j.cursor, j.semTotal
			if online || offline {
				f.Online = &online
			}
			return s.Dispositivos.List(ctx, f)
		},
	})
}

const verDispositivos = "veja os dispositivos com: monitor dispositivos list"

// withDispositivo runs do on the device whose id was typed.
func (a *app) withDispositivo(cmd *cobra.Command, typed string, do func(context.Context, *session, store.Dispositivo) error) error {
	id, err := idArg(typed, "do dispositivo", verDispositivos)
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		d, err := s.Dispositivos.Get(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return notFound("dispositivo "+typed+" não encontrado", verDispositivos)
		}
		if err == nil {
			err = do(ctx, s, d)
		}
		return about(err, "dispositivo "+typed, verDispositivos)
	})
}

func (a *app) dispositivosGet() *cobra.Command {
	var f outputFlags
	cmd := &cobra.Command{
		Use: "get ID", Aliases: []string{"ver"}, Short: "Mostra um dispositivo", Args: oneArg("o id do dispositivo", "monitor dispositivos get 3"),
		ValidArgsFunction: a.completing(matchingDispositivos),
		SuggestFor:        []string{"show", "mostrar"},
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, dispositivoCampos())
			if err != nil {
				return err
			}
			return a.withDispositivo(cmd, args[0], func(_ context.Context, _ *session, d store.Dispositivo) error { return out.one(d) })
		},
	}
	addOutput(cmd, &f, dispositivoCampos())
	return cmd
}

func (a *app) dispositivosUpdate() *cobra.Command {
	var f outputFlags
	var nome, tipo string
	var cliente int64
	var ativo, liberar bool
	cmd := &cobra.Command{
		Use: "update ID", Aliases: []string{"editar"}, Short: "Altera o nome, o tipo, o dono ou a credencial de um dispositivo",
		Args: oneArg("o id do dispositivo", "monitor dispositivos update 3 --nome RECEPCAO"), SuggestFor: []string{"alterar", "set"},
		ValidArgsFunction: a.completing(matchingDispositivos),
		Example:           "  monitor dispositivos update 3 --nome RECEPCAO --cliente 12\n  monitor dispositivos update 3 --liberar",
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, dispositivoCampos())
			if err != nil {
				return err
			}
			m := store.DispositivoMudanca{Liberar: liberar}
			if cmd.Flags().Changed("nome") {
				m.Nome = &nome
			}
			if cmd.Flags().Changed("tipo") {
				m.Tipo = &tipo
			}
			if cmd.Flags().Changed("cliente") {
				m.ClienteID = &cliente
			}
			if cmd.Flags().Changed("ativo") {
				m.Ativo = &ativo
			}
			if m == (store.DispositivoMudanca{}) {
				return usageError("exemplo: monitor dispositivos update "+args[0]+" --nome RECEPCAO", "falta dizer o que mudar")
			}
			return a.withDispositivo(cmd, args[0], func(ctx context.Context, s *session, d store.Dispositivo) error {
				now, err := s.Dispositivos.Change(ctx, d.ID, m)
				if err != nil {
					return err
				}
				return out.one(now)
			})
		},
	}
	cmd.Flags().StringVar(&nome, "nome", "", "`NOME` do dispositivo")
	cmd.Flags().StringVar(&tipo, "tipo", "", "`TIPO`, por exemplo desktop")
	cmd.Flags().Int64Var(&cliente, "cliente", 0, "`ID` do dono; 0 deixa sem dono")
	cmd.Flags().BoolVar(&ativo, "ativo", true, "se está em uso (--ativo=false aposenta)")
	cmd.Flags().BoolVar(&liberar, "liberar", false, "esquece a chave e o segredo: a próxima credencial que o registrar fica com ele")
	addOutput(cmd, &f, dispositivoCampos())
	return cmd
}

func (a *app) dispositivosDelete() *cobra.Command {
	var f consentFlags
	var of outputFlags
	cmd := &cobra.Command{
		Use: "delete ID", Aliases: []string{"excluir", "remover"}, Short: "Remove de vez um dispositivo e as suas conexões",
		Args: oneArg("o id do dispositivo", "monitor dispositivos delete 3"), SuggestFor: []string{"apagar", "rm"},
		ValidArgsFunction: a.completing(matchingDispositivos),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, of, dispositivoCampos())
			if err != nil {
				return err
			}
			return a.withDispositivo(cmd, args[0], func(ctx context.Context, s *session, d store.Dispositivo) error {
				if f.simular {
					a.notice("Sairiam o dispositivo %d (%s) e todas as suas conexões. Nada foi alterado.", d.ID, oneLine(d.Nome))
					return out.one(d)
				}
				if err := a.confirmName(ctx, f, "o dispositivo "+oneLine(d.Nome), d.Nome); err != nil {
					return err
				}
				if err := s.Dispositivos.Delete(ctx, d.ID); err != nil {
					return err
				}
				a.notice("Dispositivo %d (%s) removido.", d.ID, oneLine(d.Nome))
				return out.one(d)
			})
		},
	}
	addConsent(cmd, &f)
	addOutput(cmd, &of, dispositivoCampos())
	return cmd
}
