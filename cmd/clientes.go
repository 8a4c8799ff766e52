package cmd

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/monitor/store"
)

func (a *app) clientesCommand() *cobra.Command {
	return noun("clientes", []string{"cliente"}, "Lista, cria, muda e remove clientes",
		a.clientesList(), a.clientesGet(), a.clientesCreate(), a.clientesUpdate(), a.clientesDelete(),
		a.clientesState("desativar", "Desativa um cliente e encerra as sessões dele", "desativado", store.Clientes.Deactivate),
		a.clientesState("reativar", "Reativa um cliente desativado", "reativado", store.Clientes.Reactivate),
		a.clientesSenha(),
	)
}

// clienteCampos are the fields of a client, as the API names them.
func clienteFields() []field[store.Cliente] {
	type c = store.Cliente
	return []field[c]{
		{name: "id", title: "Id", value: func(r *c) any { return r.ID }, inTable: true},
		{name: "nome", title: "Nome", value: func(r *c) any { return r.Nome }, inTable: true, least: 18},
		{name: "email", title: "E-mail", value: func(r *c) any { return r.Email }, inTable: true, least: 20},
		{name: "telefone", title: "Telefone", value: func(r *c) any { return r.Telefone }, inTable: true, least: 15},
		{name: "ativo", title: "Ativo", value: func(r *c) any { return r.Ativo }, inTable: true},
		{name: "empresa", title: "Empresa", value: func(r *c) any { return r.Empresa }, inTable: true, least: 12},
		{name: "data_cadastro", title: "Cadastro", value: func(r *c) any { return r.DataCadastro }, inTable: true},
		{name: "nivel_acesso", title: "Nível", value: func(r *c) any { return r.NivelAcesso }, inTable: true, least: 5},
		{name: "cargo", title: "Cargo", value: func(r *c) any { return r.Cargo }, least: 10},
		{name: "endereco", title: "Endereço", value: func(r *c) any { return r.Endereco }, least: 20},
		{name: "cidade", title: "Cidade", value: func(r *c) any { return r.Cidade }, least: 10},
		{name: "estado", title: "Estado", value: func(r *c) any { return r.Estado }},
		{name: "pais", title: "País", value: func(r *c) any { return r.Pais }, least: 10},
		{name: "cep", title: "CEP", value: func(r *c) any { return r.CEP }},
		{name: "cpf_cnpj", title: "CPF/CNPJ", value: func(r *c) any { return r.CPFCNPJ }},
		{name: "ultimo_acesso", title: "Último acesso", value: func(r *c) any { return r.UltimoAcesso }},
		{name: "observacoes", title: "Observações", value: func(r *c) any { return r.Observacoes }, least: 20},
		{name: "dados_extras", title: "Dados extras", value: func(r *c) any { return r.DadosExtras }, least: 20},
		{name: "total_dispositivos", title: "Dispositivos", value: func(r *c) any { return r.TotalDispositivos }},
	}
}

// cardCampos is clienteCampos with every field in the card.
func cardFields() []field[store.Cliente] {
	fields := clienteFields()
	for i := range fields {
		fields[i].inTable = true
	}
	return fields
}

// clienteArg is the argument that names one client.
func clienteArg(example string) cobra.PositionalArgs {
	return oneArg("o cliente (id ou e-mail)", example)
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
		return "procure com: monitor clientes list --busca " + shellQuote(ref)
	case exitConflict:
		return "veja como está agora com: monitor clientes get " + shellQuote(ref)
	default:
		return ""
	}
}

func (a *app) clientesGet() *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: "get ID|E-MAIL", Aliases: []string{"ver"}, Short: "Mostra um cliente",
		SuggestFor: []string{"show", "mostrar", "view"},
		Example:    "  monitor clientes get 12\n  monitor clientes get joao@empresa.com -o json",
		Args:       clienteArg("monitor clientes get 12"), ValidArgsFunction: a.completing(matchingClientes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withCliente(cmd, args[0], out, func(context.Context, *session, store.Cliente) (store.Cliente, string, error) {
				return store.Cliente{}, "", nil
			})
		},
	}
	addOutput(cmd, &out, cardFields())
	return cmd
}

// withCliente finds a client, lets fn do something with it and prints the
// result. An empty notice means that nothing was done and c is printed as found.
func (a *app) withCliente(cmd *cobra.Command, ref string, f outputFlags, fn func(context.Context, *session, store.Cliente) (store.Cliente, string, error)) error {
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
			return out.one(c)
		}
		a.notice("%s", notice)
		return out.one(changed)
	})
}

// notice tells a person at the terminal what was done; pipes and logs read the
// exit status and stdout.
func (a *app) notice(format string, args ...any) {
	if a.ErrTerminal {
		fmt.Fprintf(a.Err, format+"\n", args...)
	}
}

func (a *app) clientesState(verb, short, done string, op func(store.Clientes, context.Context, int64) (store.Cliente, error)) *cobra.Command {
	var out outputFlags
	cmd := &cobra.Command{
		Use: verb + " ID|E-MAIL", Short: short,
		Example: "  monitor clientes " + verb + " joao@empresa.com",
		Args:    clienteArg("monitor clientes " + verb + " 12"), ValidArgsFunction: a.completing(matchingClientes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withCliente(cmd, args[0], out, func(ctx context.Context, s *session, c store.Cliente) (store.Cliente, string, error) {
				changed, err := op(s.Clientes, ctx, c.ID)
				return changed, clienteTitle(c) + " " + done + ".", err
			})
		},
	}
	addOutput(cmd, &out, cardFields())
	return cmd
}

// clienteTitle names a client in a sentence.
func clienteTitle(c store.Cliente) string {
	return "Cliente " + strconv.FormatInt(c.ID, 10) + " (" + oneLine(c.Nome) + ")"
}

func (a *app) clientesSenha() *cobra.Command {
	var pass passwordFlags
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
				senha, err := a.newPassword(ctx, pass)
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
	addPasswordStdin(cmd, &pass)
	return cmd
}
