package cmd

import (
	"context"
	"encoding/json"
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
	q := &dispositivoQuery{}
	return listCommand(a, listSpec[store.Dispositivo]{
		resumo: "Lista os dispositivos, do sinal mais novo ao mais antigo", one: "dispositivo", many: "dispositivos",
		long: `Lista os dispositivos, do sinal mais novo ao mais antigo.

A busca olha nome, nome da máquina, sistema, endereços IP e MAC e o nome do
cliente, sem distinguir maiúsculas nem acentos. Online é quem deu sinal nos
últimos 5 minutos.`,
		nothing: none("Nenhum dispositivo."), fields: dispositivoFields(), prepare: q.cliente.find,
		example: "  monitor dispositivos list --offline --tipo servidor\n  monitor dispositivos list --busca recepcao --sistema windows\n  monitor dispositivos list --cliente joao@empresa.com -o json",
		flags:   func(cmd *cobra.Command) { q.add(a, cmd, "") },
		check:   q.check,
		search: func(ctx context.Context, s *session, j listWindow) (store.Pagina[store.Dispositivo], error) {
			f := q.filter()
			f.Pagina, f.PorPagina, f.Cursor, f.SemTotal = j.page, j.size, j.cursor, j.noTotal
			return s.Dispositivos.List(ctx, f)
		},
	})
}

// dispositivoQuery is the filter of devices on the command line.
type dispositivoQuery struct {
	search, tipo, system string
	online, offline      bool
	cliente              clienteFlag
}

// add adds its flags; those whose names the command needs for columns begin with prefix.
func (q *dispositivoQuery) add(a *app, cmd *cobra.Command, prefix string) {
	fs := cmd.Flags()
	fs.StringVarP(&q.search, "busca", "b", "", "`TEXTO` que deve ocorrer no dispositivo")
	fs.BoolVar(&q.online, "online", false, "só os que deram sinal há menos de 5 minutos")
	fs.BoolVar(&q.offline, "offline", false, "só os outros")
	fs.StringVar(&q.tipo, prefix+"tipo", "", "só os deste `TIPO`, por exemplo desktop")
	fs.StringVar(&q.system, "sistema", "", "`TEXTO` que deve ocorrer no sistema operacional ou na versão")
	q.cliente.add(a, cmd, prefix+"cliente", "do cliente a que pertencem")
}

// given returns whether anything was asked for.
func (q *dispositivoQuery) given() bool { return *q != (dispositivoQuery{}) }

func (q *dispositivoQuery) check() error {
	return onlyOne(q.online, q.offline, "--online", "--offline")
}

// filter is the query as the store takes it, once the client was looked up.
func (q *dispositivoQuery) filter() store.DispositivoFiltro {
	f := store.DispositivoFiltro{Busca: q.search, Tipo: q.tipo, Sistema: q.system, ClienteID: q.cliente.id}
	if q.online || q.offline {
		f.Online = &q.online
	}
	return f
}

// severalDispositivos is a command that takes several devices, or those of a filter.
func severalDispositivos(acao, example string) (*many, *term.ConsentFlags, *dispositivoQuery) {
	q, consent := &dispositivoQuery{}, &term.ConsentFlags{}
	return &many{
		recurso: store.OperacaoDeDispositivos, acao: acao, example: example, consent: consent,
		filtered: q.given, check: q.check, prepare: q.cliente.find,
		filter: func(p *store.Pedido) {
			f := q.filter()
			p.Dispositivos = &f
		},
	}, consent, q
}

const verDispositivos = "veja os dispositivos com: monitor dispositivos list"

// oneDispositivo runs do on the device whose id was typed.
func (a *app) oneDispositivo(cmd *cobra.Command, typed string, do func(context.Context, *session, store.Dispositivo) error) error {
	if _, err := idArg(typed, "do dispositivo", verDispositivos); err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		d, err := findDispositivo(ctx, s, typed)
		if err == nil {
			err = about(do(ctx, s, d), "dispositivo "+typed, verDispositivos)
		}
		return err
	})
}

// findDispositivo reads the device whose id was typed and names it when it is not there.
func findDispositivo(ctx context.Context, s *session, typed string) (store.Dispositivo, error) {
	id, err := idArg(typed, "do dispositivo", verDispositivos)
	if err != nil {
		return store.Dispositivo{}, err
	}
	d, err := s.Dispositivos.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return d, notFound("dispositivo "+typed+" não encontrado", verDispositivos)
	}
	return d, about(err, "dispositivo "+typed, verDispositivos)
}

func (a *app) dispositivosGet() *cobra.Command {
	var f term.OutputFlags
	cmd := &cobra.Command{
		Use: "get ID...", Aliases: []string{"ver"}, Short: "Mostra um dispositivo, ou vários", Args: someArgs("o id do dispositivo", "monitor dispositivos get 3", ""),
		ValidArgsFunction: a.completing(matchingDispositivos),
		SuggestFor:        []string{"show", "mostrar"},
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := outputFor(a, cmd, f, dispositivoFields())
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				words, err := a.words(ctx, args)
				if err != nil {
					return err
				}
				return showEach(ctx, a, words, out, func(word string) (store.Dispositivo, error) { return findDispositivo(ctx, s, word) })
			})
		},
	}
	term.AddOutput(cmd, &f, dispositivoFields())
	return cmd
}

// dispositivoFlags are the columns of a device that a command sets.
type dispositivoFlags struct {
	name, tipo     string
	cliente        int64
	ativo, release bool
}

func (f *dispositivoFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "nome", "", "`NOME` do dispositivo")
	cmd.Flags().StringVar(&f.tipo, "tipo", "", "`TIPO`, por exemplo desktop")
	cmd.Flags().Int64Var(&f.cliente, "cliente", 0, "`ID` do dono; 0 deixa sem dono")
	cmd.Flags().BoolVar(&f.ativo, "ativo", true, "se está em uso (--ativo=false aposenta)")
	cmd.Flags().BoolVar(&f.release, "liberar", false, "esquece a chave e o segredo: a próxima credencial que o registrar fica com ele")
}

// change is what was asked for.
func (f *dispositivoFlags) change(cmd *cobra.Command) (store.DispositivoMudanca, error) {
	m := store.DispositivoMudanca{Liberar: f.release}
	if cmd.Flags().Changed("nome") {
		m.Nome = &f.name
	}
	if cmd.Flags().Changed("tipo") {
		m.Tipo = &f.tipo
	}
	if cmd.Flags().Changed("cliente") {
		m.ClienteID = &f.cliente
	}
	if cmd.Flags().Changed("ativo") {
		m.Ativo = &f.ativo
	}
	if m == (store.DispositivoMudanca{}) {
		return m, term.UsageError("exemplo: monitor dispositivos update 3 --nome RECEPCAO", "falta dizer o que mudar")
	}
	return m, nil
}

// columns are the columns and their values, for many devices at once.
func (f *dispositivoFlags) columns(cmd *cobra.Command) (map[string]json.RawMessage, error) {
	m, err := f.change(cmd)
	if err != nil {
		return nil, err
	}
	if m.Liberar {
		return nil, term.UsageError("libere-os um a um", "--liberar é de um dispositivo só")
	}
	out := map[string]json.RawMessage{}
	for name, value := range map[string]any{"nome": m.Nome, "tipo": m.Tipo, "cliente_id": m.ClienteID, "ativo": m.Ativo} {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		if string(text) != "null" {
			out[name] = text
		}
	}
	return out, nil
}

func (a *app) dispositivosUpdate() *cobra.Command {
	var of term.OutputFlags
	var f dispositivoFlags
	m, consent, q := severalDispositivos(store.OperacaoAlterar, "monitor dispositivos update 3 --nome RECEPCAO")
	cmd := &cobra.Command{
		Use: "update ID...", Aliases: []string{"editar"}, Short: "Altera o nome, o tipo, o dono ou a credencial de dispositivos",
		Args: m.args("o id do dispositivo"), SuggestFor: []string{"alterar", "set"},
		Long: `Altera o nome, o tipo, o dono ou a credencial de um dispositivo, ou de muitos:
vários ids, - para lê-los da entrada padrão, ou um filtro (--busca,
--onde-cliente …). Com --simular se vê antes quantos mudam; depois se desfaz com:
monitor desfazer.`,
		ValidArgsFunction: a.completing(matchingDispositivos),
		Example:           "  monitor dispositivos update 3 --nome RECEPCAO --cliente 12\n  monitor dispositivos update 3 --liberar\n  monitor dispositivos update --onde-cliente 12 --cliente 15 --simular",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if m.isOne(args) && !consent.DryRun {
				return a.runDispositivosUpdate(cmd, args[0], &f, of)
			}
			if m.fields, err = f.columns(cmd); err != nil {
				return err
			}
			return m.run(a, cmd, args, of)
		},
	}
	f.add(cmd)
	q.add(a, cmd, "onde-")
	term.AddConsent(cmd, consent)
	term.AddOutput(cmd, &of, dispositivoFields())
	return cmd
}

func (a *app) runDispositivosUpdate(cmd *cobra.Command, typed string, f *dispositivoFlags, of term.OutputFlags) error {
	out, err := outputFor(a, cmd, of, dispositivoFields())
	if err != nil {
		return err
	}
	m, err := f.change(cmd)
	if err != nil {
		return err
	}
	return a.oneDispositivo(cmd, typed, func(ctx context.Context, s *session, d store.Dispositivo) error {
		var number int64
		now, err := s.Dispositivos.Change(ctx, d.ID, m, store.WithOperacao(&number))
		if err != nil {
			return err
		}
		a.notice("Dispositivo %d (%s) alterado.%s", now.ID, term.OneLine(now.Nome), undoHint(number))
		return out.One(now)
	})
}

func (a *app) dispositivosDelete() *cobra.Command {
	var of term.OutputFlags
	m, f, q := severalDispositivos(store.OperacaoRemover, "monitor dispositivos delete 3")
	cmd := &cobra.Command{
		Use: "delete ID...", Aliases: []string{"excluir", "remover"}, Short: "Remove de vez dispositivos e as suas conexões",
		Args: m.args("o id do dispositivo"), SuggestFor: []string{"apagar", "rm"},
		ValidArgsFunction: a.completing(matchingDispositivos),
		Example:           "  monitor dispositivos delete 3 --simular\n  monitor dispositivos delete --cliente 12",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !m.isOne(args) {
				return m.run(a, cmd, args, of)
			}
			out, err := outputFor(a, cmd, of, dispositivoFields())
			if err != nil {
				return err
			}
			return a.oneDispositivo(cmd, args[0], func(ctx context.Context, s *session, d store.Dispositivo) error {
				if f.DryRun {
					a.notice("Sairiam o dispositivo %d (%s) e todas as suas conexões. Nada foi alterado.", d.ID, term.OneLine(d.Nome))
					return out.One(d)
				}
				if err := a.ConfirmName(ctx, *f, "o dispositivo "+term.OneLine(d.Nome), d.Nome); err != nil {
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
	q.add(a, cmd, "")
	term.AddConsent(cmd, f)
	term.AddOutput(cmd, &of, dispositivoFields())
	return cmd
}
