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

func dispositivoFields() []field[store.Dispositivo] {
	type d = store.Dispositivo
	return []field[d]{
		{name: "id", title: "Id", value: func(r *d) any { return r.ID }, inTable: true},
		{name: "nome", title: "Nome", value: func(r *d) any { return r.Nome }, inTable: true, least: 12},
		{name: "cliente_nome", title: "Cliente", value: func(r *d) any { return r.ClienteNome }, inTable: true, least: 12},
		{name: "online", title: "Online", value: func(r *d) any { return r.Online }, inTable: true},
		{name: "ultimo_heartbeat", title: "Último sinal", value: func(r *d) any { return r.UltimoHeartbeat }, inTable: true},
		{name: "sistema_operacional", title: "Sistema", value: func(r *d) any { return r.SistemaOperacional }, inTable: true},
		{name: "ip_local", title: "IP local", value: func(r *d) any { return r.IPLocal }, inTable: true},
		{name: "tipo", title: "Tipo", value: func(r *d) any { return r.Tipo }},
		{name: "hostname", title: "Nome da máquina", value: func(r *d) any { return r.Hostname }},
		{name: "cliente_id", title: "Id do cliente", value: func(r *d) any { return idOrNil(r.ClienteID) }},
		{name: "versao_so", title: "Versão do sistema", value: func(r *d) any { return r.VersaoSO }},
		{name: "ip_publico", title: "IP público", value: func(r *d) any { return r.IPPublico }},
		{name: "mac_address", title: "Endereço MAC", value: func(r *d) any { return r.MACAddress }},
		{name: "processador", title: "Processador", value: func(r *d) any { return r.Processador }},
		{name: "memoria_total", title: "Memória", value: func(r *d) any { return r.MemoriaTotal }},
		{name: "disco_total", title: "Disco", value: func(r *d) any { return r.DiscoTotal }},
		{name: "is_virtual", title: "Virtual", value: func(r *d) any { return r.IsVirtual }},
		{name: "virtual_type", title: "Tipo de máquina virtual", value: func(r *d) any { return r.VirtualType }},
		{name: "ativo", title: "Ativo", value: func(r *d) any { return r.Ativo }},
		{name: "data_registro", title: "Registrado em", value: func(r *d) any { return r.DataRegistro }},
		{name: "info_extra", title: "O que mais disse", value: func(r *d) any { return r.InfoExtra }},
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
	return listCommand(a, listSpec[store.Dispositivo]{
		resumo: "Lista os dispositivos, do sinal mais novo ao mais antigo", one: "dispositivo", many: "dispositivos",
		long: `Lista os dispositivos, do sinal mais novo ao mais antigo.

A busca olha nome, nome da máquina, sistema, endereços IP e MAC e o nome do
cliente, sem distinguir maiúsculas nem acentos. Online é quem deu sinal nos
últimos 5 minutos.`,
		nothing: none("Nenhum dispositivo."), fields: dispositivoFields(), prepare: cliente.find,
		example: "  monitor dispositivos list --offline --tipo servidor\n  monitor dispositivos list --busca recepcao --sistema windows\n  monitor dispositivos list --cliente joao@empresa.com -o json",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().StringVarP(&f.Busca, "busca", "b", "", "`TEXTO` que deve ocorrer no dispositivo")
			cmd.Flags().BoolVar(&online, "online", false, "só os que deram sinal há menos de 5 minutos")
			cmd.Flags().BoolVar(&offline, "offline", false, "só os outros")
			cmd.Flags().StringVar(&f.Tipo, "tipo", "", "só os deste `TIPO`, por exemplo desktop")
			cmd.Flags().StringVar(&f.Sistema, "sistema", "", "`TEXTO` que deve ocorrer no sistema operacional ou na versão")
			cliente.add(a, cmd, "do cliente a que pertencem")
		},
		check: func() error { return onlyOne(online, offline, "--online", "--offline") },
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Dispositivo], error) {
			f := f
			f.ClienteID, f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = cliente.id, j.page, j.size, j.cursor, j.noTotal
			if online || offline {
				f.Online = &online
			}
			return s.Dispositivos.List(ctx, f)
		},
	})
}

const verDispositivos = "veja os dispositivos com: monitor dispositivos list"

// withDispositivo runs do on the device whose id was typed.
func (a *app) oneDispositivo(cmd *cobra.Command, typed string, do func(context.Context, *session, store.Dispositivo) error) error {
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
			out, err := outputFor(a, cmd, f, dispositivoFields())
			if err != nil {
				return err
			}
			return a.oneDispositivo(cmd, args[0], func(_ context.Context, _ *session, d store.Dispositivo) error { return out.one(d) })
		},
	}
	addOutput(cmd, &f, dispositivoFields())
	return cmd
}

func (a *app) dispositivosUpdate() *cobra.Command {
	var f outputFlags
	var name, tipo string
	var cliente int64
	var ativo, release bool
	cmd := &cobra.Command{
		Use: "update ID", Aliases: []string{"editar"}, Short: "Altera o nome, o tipo, o dono ou a credencial de um dispositivo",
		Args: oneArg("o id do dispositivo", "monitor dispositivos update 3 --nome RECEPCAO"), SuggestFor: []string{"alterar", "set"},
		ValidArgsFunction: a.completing(matchingDispositivos),
		Example:           "  monitor dispositivos update 3 --nome RECEPCAO --cliente 12\n  monitor dispositivos update 3 --liberar",
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, dispositivoFields())
			if err != nil {
				return err
			}
			m := store.DispositivoMudanca{Liberar: release}
			if cmd.Flags().Changed("nome") {
				m.Nome = &name
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
			return a.oneDispositivo(cmd, args[0], func(ctx context.Context, s *session, d store.Dispositivo) error {
				now, err := s.Dispositivos.Change(ctx, d.ID, m)
				if err != nil {
					return err
				}
				return out.one(now)
			})
		},
	}
	cmd.Flags().StringVar(&name, "nome", "", "`NOME` do dispositivo")
	cmd.Flags().StringVar(&tipo, "tipo", "", "`TIPO`, por exemplo desktop")
	cmd.Flags().Int64Var(&cliente, "cliente", 0, "`ID` do dono; 0 deixa sem dono")
	cmd.Flags().BoolVar(&ativo, "ativo", true, "se está em uso (--ativo=false aposenta)")
	cmd.Flags().BoolVar(&release, "liberar", false, "esquece a chave e o segredo: a próxima credencial que o registrar fica com ele")
	addOutput(cmd, &f, dispositivoFields())
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
			out, err := outputFor(a, cmd, of, dispositivoFields())
			if err != nil {
				return err
			}
			return a.oneDispositivo(cmd, args[0], func(ctx context.Context, s *session, d store.Dispositivo) error {
				if f.dryRun {
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
	addOutput(cmd, &of, dispositivoFields())
	return cmd
}
