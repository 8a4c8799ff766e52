package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

// clienteHelp says what the flag of a column takes.
var clienteHelp = map[string]string{
	"nome":         "`NOME` completo",
	"telefone":     "`NÚMERO` com DDD",
	"empresa":      "`NOME` da empresa",
	"cargo":        "`CARGO` na empresa",
	"endereco":     "`ENDEREÇO` com número e complemento",
	"cidade":       "`CIDADE`",
	"estado":       "`ESTADO`, por exemplo SP",
	"pais":         "`PAÍS`",
	"cep":          "`CEP`",
	"cpf_cnpj":     "`NÚMERO` do CPF ou do CNPJ, com ou sem máscara",
	"nivel_acesso": "`NÍVEL`: usuario, moderador ou admin",
	"observacoes":  "`TEXTO` livre",
}

// flagOf is the flag that sets a column.
func flagOf(column string) string { return strings.ReplaceAll(column, "_", "-") }

// clienteFlags holds what was typed, until it is known whether it was typed.
type clienteFlags struct {
	texts       map[string]*string // by column
	email       string
	dadosExtras string
}

func addClienteFlags(cmd *cobra.Command) *clienteFlags {
	f := &clienteFlags{texts: map[string]*string{}}
	for _, field := range store.ClienteFields() {
		f.texts[field.Column] = cmd.Flags().String(flagOf(field.Column), "", clienteHelp[field.Column])
	}
	cmd.Flags().StringVar(&f.email, "email", "", "`E-MAIL`, que também é o nome de entrada")
	cmd.Flags().StringVar(&f.dadosExtras, "dados-extras", "", "`JSON`: um objeto com o que mais se quiser guardar")
	term.CompleteFlag(cmd, "nivel-acesso", []string{store.Usuario, store.Moderador, store.Admin})
	return f
}

// edit returns a pure function that sets the columns whose flags were given,
// or nil when none was.
func (f *clienteFlags) edit(cmd *cobra.Command) (func(*store.Cliente), error) {
	var edits []func(*store.Cliente)
	for _, field := range store.ClienteFields() {
		if cmd.Flags().Changed(flagOf(field.Column)) {
			value := *f.texts[field.Column]
			edits = append(edits, func(c *store.Cliente) { *field.Ref(c) = value })
		}
	}
	if cmd.Flags().Changed("dados-extras") {
		extras, err := parseExtras(f.dadosExtras)
		if err != nil {
			return nil, err
		}
		edits = append(edits, func(c *store.Cliente) { c.DadosExtras = extras })
	}
	if len(edits) == 0 {
		return nil, nil
	}
	return func(c *store.Cliente) {
		for _, e := range edits {
			e(c)
		}
	}, nil
}

// columns are the columns whose flags were given and their values, for many clients at once.
func (f *clienteFlags) columns(cmd *cobra.Command) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	for column, text := range f.texts {
		if cmd.Flags().Changed(flagOf(column)) {
			value, err := json.Marshal(*text)
			if err != nil {
				return nil, err
			}
			out[column] = value
		}
	}
	if cmd.Flags().Changed("dados-extras") {
		extras, err := parseExtras(f.dadosExtras)
		if err != nil {
			return nil, err
		}
		out["dados_extras"] = json.RawMessage("null")
		if len(extras) > 0 {
			out["dados_extras"] = json.RawMessage(extras)
		}
	}
	if cmd.Flags().Changed("email") {
		return nil, term.UsageError("mude-o com um cliente de cada vez", "o e-mail é de um cliente só")
	}
	if len(out) == 0 {
		return nil, term.UsageError(
			"exemplo: monitor clientes update 12 13 --cidade \"Niterói\"",
			"nada para mudar: informe ao menos um campo",
		)
	}
	return out, nil
}

// parseExtras only turns the text of the flag into the record's type.
func parseExtras(text string) (store.Objeto, error) {
	var o store.Objeto
	if text == "" {
		return o, nil
	}
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return nil, &store.InvalidError{Campos: map[string]string{"dados_extras": `deve ser um objeto JSON, por exemplo {"plano": "ouro"}`}}
	}
	return o, nil
}

func (a *app) clientesCreate() *cobra.Command {
	var pass term.PasswordFlags
	var out term.OutputFlags
	cmd := &cobra.Command{
		Use: "create", Aliases: []string{"criar"}, Short: "Cadastra um cliente",
		SuggestFor: []string{"add", "novo", "new", "cadastrar", "adicionar"},
		Example:    "  monitor clientes create --nome \"João Silva\" --email joao@empresa.com --telefone \"(11) 99999-9999\"",
		Args:       term.NoArgs,
	}
	f := addClienteFlags(cmd)
	term.AddPasswordStdin(cmd, &pass)
	cmd.Flags().BoolVar(&pass.Ask, "pedir-senha", false, "pede uma senha, sem eco")
	term.AddOutput(cmd, &out, cardFields())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return a.runClientesCreate(cmd, f, pass, out) }
	return cmd
}

func (a *app) runClientesCreate(cmd *cobra.Command, f *clienteFlags, pass term.PasswordFlags, of term.OutputFlags) error {
	out, err := outputFor(a, cmd, of, cardFields())
	if err != nil {
		return err
	}
	edit, err := f.edit(cmd)
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		fresh := store.ClienteNovo{Email: f.email}
		if edit != nil {
			edit(&fresh)
		}
		if pass.Stdin || pass.Ask {
			if fresh.Senha, err = a.NewPassword(ctx, pass); err != nil {
				return err
			}
		}
		c, err := s.Clientes.Create(ctx, fresh)
		if err != nil {
			return about(err, "cliente "+f.email, clienteHint(err, f.email))
		}
		a.notice("%s cadastrado.", clienteTitle(c))
		return out.One(c)
	})
}

func (a *app) clientesUpdate() *cobra.Command {
	var out term.OutputFlags
	m, consent, q := severalClientes(store.OperacaoAlterar, "monitor clientes update 12 --telefone \"(11) 98888-7777\"")
	cmd := &cobra.Command{
		Use: "update ID|E-MAIL...", Aliases: []string{"editar"}, Short: "Muda dados de um cliente, ou de muitos",
		SuggestFor: []string{"edit", "mudar", "alterar", "atualizar"},
		Long: `Muda dados de um cliente, ou de muitos. Só os campos dados como opção são
gravados; um valor vazio apaga o campo.

Muitos de uma vez: vários ids ou e-mails, - para lê-los da entrada padrão, ou um
filtro (--busca, --onde-cidade …). Antes se vê quantos mudam, com --simular sem
mudar nada; depois se desfaz com: monitor desfazer.`,
		Example: `  monitor clientes update 12 --telefone "(11) 98888-7777"
  monitor clientes update joao@empresa.com --cargo ""
  monitor clientes update --onde-cidade "sao goncalo" --estado RJ --simular`,
		Args: m.args("o cliente (id ou e-mail)"), ValidArgsFunction: a.completing(matchingClientes),
	}
	f := addClienteFlags(cmd)
	q.add(cmd, "onde-")
	term.AddConsent(cmd, consent)
	term.AddOutput(cmd, &out, cardFields())
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if m.isOne(args) && !consent.DryRun {
			return a.runClientesUpdate(cmd, args[0], f, out)
		}
		if m.fields, err = f.columns(cmd); err != nil {
			return err
		}
		return m.run(a, cmd, args, out)
	}
	return cmd
}

func (a *app) runClientesUpdate(cmd *cobra.Command, ref string, f *clienteFlags, of term.OutputFlags) error {
	edit, err := f.edit(cmd)
	if err != nil {
		return err
	}
	newEmail := cmd.Flags().Changed("email")
	if edit == nil && !newEmail {
		return term.UsageError(
			"exemplo: monitor clientes update "+term.ShellQuote(ref)+" --telefone \"(11) 98888-7777\"",
			"nada para mudar: informe ao menos um campo",
		)
	}
	return a.withCliente(cmd, ref, of, func(ctx context.Context, s *session, c store.Cliente) (store.Cliente, string, error) {
		changed := c
		var err error
		var fields, address int64 // two changes, each taken back by itself
		if edit != nil {
			if changed, err = s.Clientes.Change(ctx, c.ID, "", edit, store.WithOperacao(&fields)); err != nil {
				return c, "", err
			}
		}
		if newEmail {
			if changed, err = s.Clientes.SetEmail(ctx, c.ID, f.email, "", store.WithOperacao(&address)); err != nil {
				return c, "", emailFailed(err, edit != nil)
			}
		}
		return changed, clienteTitle(changed) + " atualizado." + undoHint(address, fields), nil
	})
}

// emailFailed says that the other columns, written before, stay.
func emailFailed(err error, others bool) error {
	s := sentence(err)
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok {
		s = invalid.Error()
	}
	if !others || s == "" {
		return err
	}
	return &term.ProblemError{Kind: err, Sentence: s + " (os outros campos foram gravados)", Hint: "repita só com --email"}
}

func (a *app) clientesDelete() *cobra.Command {
	var out term.OutputFlags
	m, consent, q := severalClientes(store.OperacaoRemover, "monitor clientes delete 12")
	cmd := &cobra.Command{
		Use: "delete ID|E-MAIL...", Aliases: []string{"excluir", "remover"}, Short: "Remove clientes para sempre",
		SuggestFor: []string{"rm", "apagar", "deletar"},
		Long: `Remove clientes para sempre, com os dispositivos, as conexões, as mensagens e as
sessões deles: não se desfaz. Para só impedir a entrada, use: monitor clientes
desativar.

Em um terminal, pede que o nome seja digitado; fora dele, exige --sim.`,
		Example: "  monitor clientes delete 12 --simular\n  monitor clientes delete joao@empresa.com",
		Args:    m.args("o cliente (id ou e-mail)"), ValidArgsFunction: a.completing(matchingClientes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !m.isOne(args) {
				return m.run(a, cmd, args, out)
			}
			return a.runClientesDelete(cmd, args[0], *consent, out)
		},
	}
	q.add(cmd, "")
	term.AddConsent(cmd, consent)
	term.AddOutput(cmd, &out, planFields())
	return cmd
}

// removalRecord is what a removal takes along, as -o json shows it.
type removalRecord struct {
	ID           int64  `json:"id"`
	Nome         string `json:"nome"`
	Email        string `json:"email"`
	Dispositivos int    `json:"dispositivos"`
	Conexoes     int    `json:"conexoes"`
	Mensagens    int    `json:"mensagens"`
	Sessoes      int    `json:"sessoes"`
	Removido     bool   `json:"removido"`
}

func planFields() []term.Field[removalRecord] {
	type r = removalRecord
	return []term.Field[r]{
		{Name: "id", Title: "Id", Value: func(p *r) any { return p.ID }, InTable: true},
		{Name: "nome", Title: "Nome", Value: func(p *r) any { return p.Nome }, InTable: true, Least: 12},
		{Name: "email", Title: "E-mail", Value: func(p *r) any { return p.Email }, InTable: true, Least: 12},
		{Name: "dispositivos", Title: "Dispositivos", Value: func(p *r) any { return p.Dispositivos }, InTable: true},
		{Name: "conexoes", Title: "Conexões", Value: func(p *r) any { return p.Conexoes }, InTable: true},
		{Name: "mensagens", Title: "Mensagens", Value: func(p *r) any { return p.Mensagens }, InTable: true},
		{Name: "sessoes", Title: "Sessões", Value: func(p *r) any { return p.Sessoes }, InTable: true},
		{Name: "removido", Title: "Removido", Value: func(p *r) any { return p.Removido }, InTable: true},
	}
}

func (a *app) runClientesDelete(cmd *cobra.Command, ref string, consent term.ConsentFlags, of term.OutputFlags) error {
	out, err := outputFor(a, cmd, of, planFields())
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		c, err := findCliente(ctx, s, ref)
		if err != nil {
			return err
		}
		plan, err := s.Clientes.PlanDelete(ctx, c.ID)
		if err != nil {
			return aboutCliente(err, ref)
		}
		r := removalRecord{c.ID, c.Nome, c.Email, plan.Dispositivos, plan.Conexoes, plan.Mensagens, plan.Sessoes, false}
		if consent.DryRun {
			a.notice("Simulação: nada foi alterado.")
			return out.One(r)
		}
		if !consent.Confirmed && a.CanAsk() {
			fmt.Fprintln(a.Err, r.sentence())
		}
		if err := a.ConfirmName(ctx, consent, "remover o cliente "+strconv.FormatInt(c.ID, 10)+" para sempre", c.Nome); err != nil {
			return err
		}
		if err := s.Clientes.Delete(ctx, c.ID); err != nil {
			return aboutCliente(err, ref)
		}
		r.Removido = true
		a.notice("%s removido para sempre.", clienteTitle(c))
		return out.One(r)
	})
}

func (r removalRecord) sentence() string {
	return fmt.Sprintf("Vai ser removido para sempre: %s <%s>, com %s, %s, %s e %s.", term.OneLine(r.Nome), term.OneLine(r.Email),
		say.Count(r.Dispositivos, "dispositivo", "dispositivos"), say.Count(r.Conexoes, "conexão", "conexões"),
		say.Count(r.Mensagens, "mensagem", "mensagens"), say.Count(r.Sessoes, "sessão", "sessões"))
}
