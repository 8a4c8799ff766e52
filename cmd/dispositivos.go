package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func (a *app) dispositivosCommand() *cobra.Command {
	return noun("dispositivos", []string{"dispositivo"}, "Lista, altera e remove os dispositivos dos clientes",
		a.dispositivosList(), a.dispositivosGet(), a.dispositivosUpdate(), a.dispositivosDelete())
}

func dispositivoFields() []term.Field[store.Dispositivo] {
	type d = store.Dispositivo
	return []term.Field[d]{
		{Name: "id", Title: "Id", Value: func(r *d) any { return r.ID }, InTable: true},
		{Name: "nome", Title: "Nome", Value: func(r *d) any { return r.Nome }, InTable: true, Least: 12},
		{Name: "cliente_nome", Title: "Cliente", Value: func(r *d) any { return r.ClienteNome }, InTable: true, Least: 12},
		{Name: "online", Title: "Online", Value: func(r *d) any { return r.Online }, InTable: true},
		{Name: "ultimo_heartbeat", Title: "Último sinal", Value: func(r *d) any { return r.UltimoHeartbeat }, InTable: true},
		{Name: "sistema_operacional", Title: "Sistema", Value: func(r *d) any { return r.SistemaOperacional }, InTable: true},
		{Name: "ip_local", Title: "IP local", Value: func(r *d) any { return r.IPLocal }, InTable: true},
		{Name: "tipo", Title: "Tipo", Value: func(r *d) any { return r.Tipo }},
		{Name: "hostname", Title: "Nome da máquina", Value: func(r *d) any { return r.Hostname }},
		{Name: "cliente_id", Title: "Id do cliente", Value: func(r *d) any { return idOrNil(r.ClienteID) }},
		{Name: "versao_so", Title: "Versão do sistema", Value: func(r *d) any { return r.VersaoSO }},
		{Name: "ip_publico", Title: "IP público", Value: func(r *d) any { return r.IPPublico }},
		{Name: "mac_address", Title: "Endereço MAC", Value: func(r *d) any { return r.MACAddress }},
		{Name: "processador", Title: "Processador", Value: func(r *d) any { return r.Processador }},
		{Name: "memoria_total", Title: "Memória", Value: func(r *d) any { return r.MemoriaTotal }},
		{Name: "disco_total", Title: "Disco", Value: func(r *d) any { return r.DiscoTotal }},
		{Name: "is_virtual", Title: "Virtual", Value: func(r *d) any { return r.IsVirtual }},
		{Name: "virtual_type", Title: "Tipo de máquina virtual", Value: func(r *d) any { return r.VirtualType }},
		{Name: "ativo", Title: "Ativo", Value: func(r *d) any { return r.Ativo }},
		{Name: "data_registro", Title: "Registrado em", Value: func(r *d) any { return r.DataRegistro }},
		{Name: "info_extra", Title: "O que mais disse", Value: func(r *d) any { return r.InfoExtra }},
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

// oneDispositivo runs do on the device whose id was typed.
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
	var f term.OutputFlags
	cmd := &cobra.Command{
		Use: "get ID", Aliases: []string{"ver"}, Short: "Mostra um dispositivo", Args: term.OneArg("o id do dispositivo", "monitor dispositivos get 3"),
		ValidArgsFunction: a.completing(matchingDispositivos),
		SuggestFor:        []string{"show", "mostrar"},
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, dispositivoFields())
			if err != nil {
				return err
			}
			return a.oneDispositivo(cmd, args[0], func(_ context.Context, _ *session, d store.Dispositivo) error { return out.One(d) })
		},
	}
	term.AddOutput(cmd, &f, dispositivoFields())
	return cmd
}

func (a *app) dispositivosUpdate() *cobra.Command {
	var f term.OutputFlags
	var name, tipo string
	var cliente int64
	var ativo, release bool
	cmd := &cobra.Command{
		Use: "update ID", Aliases: []string{"editar"}, Short: "Altera o nome, o tipo, o dono ou a credencial de um dispositivo",
		Args: term.OneArg("o id do dispositivo", "monitor dispositivos update 3 --nome RECEPCAO"), SuggestFor: []string{"alterar", "set"},
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
				return term.UsageError("exemplo: monitor dispositivos update "+args[0]+" --nome RECEPCAO", "falta dizer o que mudar")
			}
			return a.oneDispositivo(cmd, args[0], func(ctx context.Context, s *session, d store.Dispositivo) error {
				now, err := s.Dispositivos.Change(ctx, d.ID, m)
				if err != nil {
					return err
				}
				return out.One(now)
			})
		},
	}
	cmd.Flags().StringVar(&name, "nome", "", "`NOME` do dispositivo")
	cmd.Flags().StringVar(&tipo, "tipo", "", "`TIPO`, por exemplo desktop")
	cmd.Flags().Int64Var(&cliente, "cliente", 0, "`ID` do dono; 0 deixa sem dono")
	cmd.Flags().BoolVar(&ativo, "ativo", true, "se está em uso (--ativo=false aposenta)")
	cmd.Flags().BoolVar(&release, "liberar", false, "esquece a chave e o segredo: a próxima credencial que o registrar fica com ele")
	term.AddOutput(cmd, &f, dispositivoFields())
	return cmd
}

func (a *app) dispositivosDelete() *cobra.Command {
	var f term.ConsentFlags
	var of term.OutputFlags
	cmd := &cobra.Command{
		Use: "delete ID", Aliases: []string{"excluir", "remover"}, Short: "Remove de vez um dispositivo e as suas conexões",
		Args: term.OneArg("o id do dispositivo", "monitor dispositivos delete 3"), SuggestFor: []string{"apagar", "rm"},
		ValidArgsFunction: a.completing(matchingDispositivos),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, of, dispositivoFields())
			if err != nil {
				return err
			}
			return a.oneDispositivo(cmd, args[0], func(ctx context.Context, s *session, d store.Dispositivo) error {
				if f.DryRun {
					a.notice("Sairiam o dispositivo %d (%s) e todas as suas conexões. Nada foi alterado.", d.ID, term.OneLine(d.Nome))
					return out.One(d)
				}
				if err := a.ConfirmName(ctx, f, "o dispositivo "+term.OneLine(d.Nome), d.Nome); err != nil {
					return err
				}
				if err := s.Dispositivos.Delete(ctx, d.ID); err != nil {
					return err
				}
				a.notice("Dispositivo %d (%s) removido.", d.ID, term.OneLine(d.Nome))
				return out.One(d)
			})
		},
	}
	term.AddConsent(cmd, &f)
	term.AddOutput(cmd, &of, dispositivoFields())
	return cmd
}
