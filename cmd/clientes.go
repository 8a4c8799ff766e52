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
		a.clientesEstado("desativar", "Desativa um cliente e encerra as sessões dele", "desativado", store.Clientes.Deactivate),
		a.clientesEstado("reativar", "Reativa um cliente desativado", "reativado", store.Clientes.Reactivate),
		a.clientesSenha(),
	)
}

// clienteCampos are the fields of a client, as the API names them.
func clienteCampos() []campo[store.Cliente] {
	type c = store.Cliente
	return []campo[c]{
		{nome: "id", titulo: "Id", valor: func(r *c) any { return r.ID }, tabela: true},
		{nome: "nome", titulo: "Nome", valor: func(r *c) any { return r.Nome }, tabela: true, minimo: 18},
		{nome: "email", titulo: "E-mail", valor: func(r *c) any { return r.Email }, tabela: true, minimo: 20},
		{nome: "telefone", titulo: "Telefone", valor: func(r *c) any { return r.Telefone }, tabela: true, minimo: 15},
		{nome: "ativo", titulo: "Ativo", valor: func(r *c) any { return r.Ativo }, tabela: true},
		{nome: "empresa", titulo: "Empresa", valor: func(r *c) any { return r.Empresa }, tabela: true, minimo: 12},
		{nome: "data_cadastro", titulo: "Cadastro", valor: func(r *c) any { return r.DataCadastro }, tabela: true},
		{nome: "nivel_acesso", titulo: "Nível", valor: func(r *c) any { return r.NivelAcesso }, tabela: true, minimo: 5},
		{nome: "cargo", titulo: "Cargo", valor: func(r *c) any { return r.Cargo }, minimo: 10},
		{nome: "endereco", titulo: "Endereço", valor: func(r *c) any { return r.Endereco }, minimo: 20},
		{nome: "cidade", titulo: "Cidade", valor: func(r *c) any { return r.Cidade }, minimo: 10},
		{nome: "estado", titulo: "Estado", valor: func(r *c) any { return r.Estado }},
		{nome: "pais", titulo: "País", valor: func(r *c) any { return r.Pais }, minimo: 10},
		{nome: "cep", titulo: "CEP", valor: func(r *c) any { return r.CEP }},
		{nome: "cpf_cnpj", titulo: "CPF/CNPJ", valor: func(r *c) any { return r.CPFCNPJ }},
		{nome: "ultimo_acesso", titulo: "Último acesso", valor: func(r *c) any { return r.UltimoAcesso }},
		{nome: "observacoes", titulo: "Observações", valor: func(r *c) any { return r.Observacoes }, minimo: 20},
		{nome: "dados_extras", titulo: "Dados extras", valor: func(r *c) any { return r.DadosExtras }, minimo: 20},
		{nome: "total_dispositivos", titulo: "Dispositivos", valor: func(r *c) any { return r.TotalDispositivos }},
	}
}

// cardCampos is clienteCampos with every field in the card.
func cardCampos() []campo[store.Cliente] {
	fields := clienteCampos()
	for i := range fields {
		fields[i].tabela = true
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
	addOutput(cmd, &out, cardCampos())
	return cmd
}

// withCliente finds a client, lets fn do something with it and prints the
// result. An empty notice means that nothing was done and c is printed as found.
func (a *app) withCliente(cmd *cobra.Command, ref string, f outputFlags, fn func(context.Context, *session, store.Cliente) (store.Cliente, string, error)) error {
	out, err := outputFor(a, cmd, f, cardCampos())
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

func (a *app) clientesEstado(verb, short, done string, op func(store.Clientes, context.Context, int64) (store.Cliente, error)) *cobra.Command {
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
	addOutput(cmd, &out, cardCampos())
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
