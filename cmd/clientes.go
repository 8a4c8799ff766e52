package cmd

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

func (a *app) clientesCommand() *cobra.Command {
	return noun("clientes", []string{"cliente"}, "Lista, cria, muda e remove clientes",
		a.clientesList(), a.clientesGet(), a.clientesCreate(), a.clientesUpdate(), a.clientesDelete(),
		a.clientesState("desativar", "Desativa um cliente e encerra as sessões dele", "desativado", store.Clientes.Deactivate),
		a.clientesState("reativar", "Reativa um cliente desativado", "reativado", store.Clientes.Reactivate),
		a.clientesSenha(), a.clientesImport(), a.clientesExport(), a.clientesTemplate(),
	)
}

// clienteFields are the fields of a client, as the API names them.
func clienteFields() []term.Field[store.Cliente] {
	type c = store.Cliente
	return []term.Field[c]{
		{Name: "id", Title: "Id", Value: func(r *c) any { return r.ID }, InTable: true},
		{Name: "nome", Title: "Nome", Value: func(r *c) any { return r.Nome }, InTable: true, Least: 18},
		{Name: "email", Title: "E-mail", Value: func(r *c) any { return r.Email }, InTable: true, Least: 20},
		{Name: "telefone", Title: "Telefone", Value: func(r *c) any { return r.Telefone }, InTable: true, Least: 15},
		{Name: "ativo", Title: "Ativo", Value: func(r *c) any { return r.Ativo }, InTable: true},
		{Name: "empresa", Title: "Empresa", Value: func(r *c) any { return r.Empresa }, InTable: true, Least: 12},
		{Name: "data_cadastro", Title: "Cadastro", Value: func(r *c) any { return r.DataCadastro }, InTable: true},
		{Name: "nivel_acesso", Title: "Nível", Value: func(r *c) any { return r.NivelAcesso }, InTable: true, Least: 5},
		{Name: "cargo", Title: "Cargo", Value: func(r *c) any { return r.Cargo }, Least: 10},
		{Name: "endereco", Title: "Endereço", Value: func(r *c) any { return r.Endereco }, Least: 20},
		{Name: "cidade", Title: "Cidade", Value: func(r *c) any { return r.Cidade }, Least: 10},
		{Name: "estado", Title: "Estado", Value: func(r *c) any { return r.Estado }},
		{Name: "pais", Title: "País", Value: func(r *c) any { return r.Pais }, Least: 10},
		{Name: "cep", Title: "CEP", Value: func(r *c) any { return r.CEP }},
		{Name: "cpf_cnpj", Title: "CPF/CNPJ", Value: func(r *c) any { return r.CPFCNPJ }},
		{Name: "ultimo_acesso", Title: "Último acesso", Value: func(r *c) any { return r.UltimoAcesso }},
		{Name: "observacoes", Title: "Observações", Value: func(r *c) any { return r.Observacoes }, Least: 20},
		{Name: "dados_extras", Title: "Dados extras", Value: func(r *c) any { return r.DadosExtras }, Least: 20},
		{Name: "total_dispositivos", Title: "Dispositivos", Value: func(r *c) any { return r.TotalDispositivos }},
	}
}

// cardFields is clienteFields with every field in the card.
func cardFields() []term.Field[store.Cliente] {
	fields := clienteFields()
	for i := range fields {
		fields[i].InTable = true
	}
	return fields
}

// clienteArg is the argument that names one client.
func clienteArg(example string) cobra.PositionalArgs {
	return term.OneArg("o cliente (id ou e-mail)", example)
}

// findCliente resolves an id or an e-mail and names it when it is not there.
func findCliente(ctx context.Context, s *session, ref string) (store.Cliente, error) {
	c, err := s.Clientes.Find(ctx, ref)
	return c, aboutCliente(err, ref)
}

func aboutCliente(err error, ref string) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound("cliente "+ref+" não encontrado", clienteHint(err, ref))
	}
	return about(err, "cliente "+ref, clienteHint(err, ref))
}

func clienteHint(err error, ref string) string {
	switch exitCode(err) {
	case exitNotFound:
		return "procure com: monitor clientes list --busca " + term.ShellQuote(ref)
	case exitConflict:
		return "veja como está agora com: monitor clientes get " + term.ShellQuote(ref)
	default:
		return ""
	}
}

func (a *app) clientesGet() *cobra.Command {
	var out term.OutputFlags
	cmd := &cobra.Command{
		Use: "get ID|E-MAIL...", Aliases: []string{"ver"}, Short: "Mostra um cliente, ou vários",
		SuggestFor: []string{"show", "mostrar", "view"},
		Example:    "  monitor clientes get 12\n  monitor clientes get joao@empresa.com -o json",
		Args:       someArgs("o cliente (id ou e-mail)", "monitor clientes get 12", "@"), ValidArgsFunction: a.completing(matchingClientes),
		RunE: func(cmd *cobra.Command, args []string) error {
			fields := clienteFields()
			if len(args) == 1 && args[0] != "-" {
				fields = cardFields()
			}
			shown, err := outputFor(a, cmd, out, fields)
			if err != nil {
				return err
			}
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				words, err := a.words(ctx, args)
				if err != nil {
					return err
				}
				return showEach(ctx, a, words, shown, func(word string) (store.Cliente, error) { return findCliente(ctx, s, word) })
			})
		},
	}
	term.AddOutput(cmd, &out, cardFields())
	return cmd
}

// withCliente finds a client, lets fn do something with it and prints the
// result. An empty notice means that nothing was done and c is printed as found.
func (a *app) withCliente(
	cmd *cobra.Command,
	ref string,
	f term.OutputFlags,
	fn func(context.Context, *session, store.Cliente) (store.Cliente, string, error),
) error {
	out, err := outputFor(a, cmd, f, cardFields())
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		c, err := findCliente(ctx, s, ref)
		if err != nil {
			return err
		}
		changed, notice, err := fn(ctx, s, c)
		if err != nil {
			return aboutCliente(err, ref)
		}
		if notice == "" {
			return out.One(c)
		}
		a.notice("%s", notice)
		return out.One(changed)
	})
}

// notice tells a person at the terminal what was done; pipes and logs read the
// exit status and stdout.
func (a *app) notice(format string, args ...any) {
	if a.ErrTerminal {
		fmt.Fprintf(a.Err, format+"\n", args...)
	}
}

func (a *app) clientesState(
	verb, short, done string,
	op func(store.Clientes, context.Context, int64, ...store.Opcao) (store.Cliente, error),
) *cobra.Command {
	var out term.OutputFlags
	m, consent, q := severalClientes(verb, "monitor clientes "+verb+" 12")
	cmd := &cobra.Command{
		Use: verb + " ID|E-MAIL...", Short: short,
		Example: "  monitor clientes " + verb + " joao@empresa.com\n  monitor clientes " + verb + " --cidade niteroi --simular",
		Args:    m.args("o cliente (id ou e-mail)"), ValidArgsFunction: a.completing(matchingClientes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !m.isOne(args) || consent.DryRun {
				return m.run(a, cmd, args, out)
			}
			return a.withCliente(cmd, args[0], out, func(ctx context.Context, s *session, c store.Cliente) (store.Cliente, string, error) {
				var number int64
				changed, err := op(s.Clientes, ctx, c.ID, store.WithOperacao(&number))
				return changed, clienteTitle(c) + " " + done + "." + undoHint(number), err
			})
		},
	}
	q.add(cmd, "")
	term.AddConsent(cmd, consent)
	term.AddOutput(cmd, &out, cardFields())
	return cmd
}

// severalClientes is a command that takes several clients, or those of a filter.
func severalClientes(acao, example string) (*many, *term.ConsentFlags, *clienteQuery) {
	q, consent := &clienteQuery{}, &term.ConsentFlags{}
	return &many{
		recurso: store.OperacaoDeClientes, acao: acao, example: example, consent: consent,
		filtered: q.given, check: q.check,
		find: func(ctx context.Context, s *session, ref string) (int64, error) {
			c, err := s.Clientes.Find(ctx, ref)
			return c.ID, err
		},
		filter: func(p *store.Pedido) {
			f := q.filter()
			p.Clientes = &f
		},
	}, consent, q
}

// undoHint tells a person how to take back what was just done, the last change first.
func undoHint(numbers ...int64) string {
	var ways []string
	for _, n := range numbers {
		if n != 0 {
			ways = append(ways, "monitor desfazer "+strconv.FormatInt(n, 10))
		}
	}
	if len(ways) == 0 {
		return ""
	}
	return " Para desfazer: " + strings.Join(ways, "; ")
}

// clienteTitle names a client in a sentence.
func clienteTitle(c store.Cliente) string {
	return "Cliente " + strconv.FormatInt(c.ID, 10) + " (" + term.OneLine(c.Nome) + ")"
}

func (a *app) clientesSenha() *cobra.Command {
	var pass term.PasswordFlags
	cmd := &cobra.Command{
		Use: "senha ID|E-MAIL", Short: "Troca a senha de um cliente e encerra as sessões dele",
		Long:    "Troca a senha de um cliente e encerra as sessões dele. A senha é pedida duas\nvezes, sem eco, ou lida da entrada padrão com --senha-stdin.",
		Example: "  monitor clientes senha joao@empresa.com\n  monitor clientes senha 12 --senha-stdin < arquivo",
		Args:    clienteArg("monitor clientes senha 12"), ValidArgsFunction: a.completing(matchingClientes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStore(cmd, func(ctx context.Context, s *session) error {
				c, err := findCliente(ctx, s, args[0])
				if err != nil {
					return err
				}
				senha, err := a.NewPassword(ctx, pass)
				if err != nil {
					return err
				}
				if err := s.Clientes.SetSenha(ctx, c.ID, "", senha); err != nil {
					return aboutCliente(err, args[0])
				}
				a.notice("Senha do %s trocada; as sessões abertas foram encerradas.", "cliente "+strconv.FormatInt(c.ID, 10))
				return nil
			})
		},
	}
	term.AddPasswordStdin(cmd, &pass)
	return cmd
}
