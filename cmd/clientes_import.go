package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

// importing is "clientes importar" with what was typed.
type importing struct {
	sheet     string
	columns   []string
	overwrite bool
	rejects   string
	consent   term.ConsentFlags
	of        term.OutputFlags
}

func (a *app) clientesImport() *cobra.Command {
	var i importing
	cmd := &cobra.Command{
		Use: "importar ARQUIVO", Short: "Cadastra e atualiza clientes a partir de uma planilha", Args: term.OneArg("a planilha", "monitor clientes importar clientes.xlsx"),
		Long: `Lê uma planilha (XLSX, CSV ou NDJSON), mostra o que mudaria e pergunta antes de
gravar. A primeira linha diz o que é cada coluna; nomes comuns são reconhecidos
(Razão Social, Fone, Município, UF, CNPJ), e --coluna diz os outros.

Cada linha é de quem tem o mesmo e-mail; sem e-mail, de quem é o único com o
mesmo CPF ou CNPJ. Uma célula vazia não muda nada. O que alguém mudou depois da
última importação não é sobrescrito: fica de fora e é mostrado, a não ser com
--sobrescrever. As linhas que ficam de fora vão para um arquivo com o motivo de
cada uma, que se corrige e importa de novo. A importação inteira se desfaz com
monitor desfazer.`,
		Example: `  monitor clientes importar clientes.xlsx --simular
  monitor clientes importar clientes.csv --coluna "Correio=email" --coluna "Código=-"
  monitor clientes importar contatos.xlsx --planilha Ativos --sim`,
		RunE: func(cmd *cobra.Command, args []string) error { return i.run(a, cmd, args[0]) },
	}
	fs := cmd.Flags()
	fs.StringVar(&i.sheet, "planilha", "", "`NOME` da planilha do arquivo (padrão: a primeira)")
	fs.StringArrayVar(&i.columns, "coluna", nil, "`CABEÇALHO=CAMPO`: o que é uma coluna do arquivo; com CAMPO - ela fica de fora")
	fs.BoolVar(&i.overwrite, "sobrescrever", false, "os valores do arquivo valem também onde alguém mudou depois da última importação")
	fs.StringVar(&i.rejects, "rejeitados", "", "`ARQUIVO` para as linhas que ficam de fora (padrão: ao lado da planilha)")
	term.AddConsent(cmd, &i.consent)
	term.AddOutput(cmd, &i.of, operacaoFields())
	return cmd
}

// chosen are the columns that were said.
func (i *importing) chosen() (map[string]string, error) {
	out := map[string]string{}
	for _, c := range i.columns {
		at := strings.LastIndex(c, "=")
		if at < 1 || at == len(c)-1 {
			return nil, term.UsageError(`exemplo: --coluna "Correio=email"`, "--coluna é CABEÇALHO=CAMPO, não %q", c)
		}
		out[strings.TrimSpace(c[:at])] = strings.TrimSpace(c[at+1:])
	}
	return out, nil
}

func (i *importing) run(a *app, cmd *cobra.Command, path string) error {
	columns, err := i.chosen()
	if err != nil {
		return err
	}
	if i.consent.DryRun && i.of.Format == "ids" {
		return errPlanIDs
	}
	plans, err := outputFor(a, cmd, i.of, importPlanFields())
	if err != nil {
		return err
	}
	ends, err := outputFor(a, cmd, i.of, operacaoFields())
	if err != nil {
		return err
	}
	return a.withStore(cmd, func(ctx context.Context, s *session) error {
		plan, err := i.plan(ctx, a, s, path, columns)
		if err != nil {
			return importProblem(err)
		}
		if i.consent.DryRun {
			a.tellImport(plan)
			a.notice("Simulação: nada foi alterado.")
			return plans.One(*plan)
		}
		return i.carryOut(ctx, a, s, path, plan, ends)
	})
}

// plan reads the file and compares it.
func (i *importing) plan(ctx context.Context, a *app, s *session, path string, columns map[string]string) (*store.ImportPlan, error) {
	table, file, err := store.OpenSheetFile(path, i.sheet)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	progress := a.Working("Lendo " + filepath.Base(path))
	defer progress.Stop()
	o := store.ImportOptions{Name: filepath.Base(path), Columns: columns, Overwrite: i.overwrite}
	return s.Clientes.PlanImport(ctx, table, o, func(rows int) {
		progress.Set("Lendo %s: %s", filepath.Base(path), say.Count(rows, "linha", "linhas"))
	})
}

// carryOut asks, does it, and tells what came of it.
func (i *importing) carryOut(ctx context.Context, a *app, s *session, path string, plan *store.ImportPlan, out *term.Output[store.Operacao]) error {
	if !i.consent.Confirmed || !a.ErrTerminal {
		a.tellImport(plan)
	}
	if plan.Novos+plan.Mudam == 0 {
		rejects, err := i.keepRejects(a, path, plan)
		return errors.Join(err, nothingToImport(plan, rejects))
	}
	if err := a.Confirm(ctx, i.consent, "Importar "+say.Count(plan.Novos, "cliente novo", "clientes novos")+" e mudar "+say.Count(plan.Mudam, "cliente", "clientes")+"?"); err != nil {
		return err
	}
	progress := a.Working("Importando")
	op, err := s.Clientes.Import(ctx, plan, func(op store.Operacao) {
		progress.Set("Importando: %s de %s", say.Thousands(op.Total-op.Restam()), say.Thousands(op.Total))
	})
	progress.Stop()
	if err != nil {
		return importStopped(err, &op)
	}
	a.notice("%s", endWords(&op))
	rejects, err := i.keepRejects(a, path, plan)
	if err == nil {
		err = out.One(op)
	}
	if err != nil {
		return err
	}
	return leftOut(plan, rejects)
}

// keepRejects writes the rows that were left out beside the file, and returns where.
func (i *importing) keepRejects(a *app, path string, plan *store.ImportPlan) (string, error) {
	if plan.Rejects() == 0 {
		return "", nil
	}
	to := i.rejects
	if to == "" {
		ext := filepath.Ext(path)
		to = strings.TrimSuffix(path, ext) + "-rejeitados" + ext
	}
	// One of an earlier run is about other rows: it is replaced.
	if err := store.WriteSheetFile(to, true, plan.WriteRejects); err != nil {
		return "", err
	}
	a.notice("%s: %s, com o motivo de cada uma. Corrija e importe esse arquivo.", to, say.Count(plan.Rejects(), "linha", "linhas"))
	return to, nil
}

func nothingToImport(plan *store.ImportPlan, rejects string) error {
	if rejects != "" {
		return leftOut(plan, rejects)
	}
	return &term.ProblemError{Kind: store.ErrConflict, Sentence: "nada para importar: " + importWords(plan), Hint: "tudo o que está no arquivo já está no cadastro"}
}

// leftOut is the outcome of an import that left rows out.
func leftOut(plan *store.ImportPlan, rejects string) error {
	if rejects == "" {
		return nil
	}
	return &term.ProblemError{Kind: store.ErrConflict, Sentence: say.Count(plan.Rejects(), "linha ficou", "linhas ficaram") + " de fora", Hint: "os motivos estão em " + rejects}
}

func importStopped(err error, op *store.Operacao) error {
	if op.ID == 0 {
		return err
	}
	return about(err, fmt.Sprintf("importação %d interrompida, com %s", op.ID, say.Count(op.Feitos, "linha feita", "linhas feitas")),
		fmt.Sprintf("importe o arquivo de novo: o que já foi feito não muda outra vez; ou desfaça com: monitor desfazer %d", op.ID))
}

// importProblem says what to type about columns that were not recognised.
func importProblem(err error) error {
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok && invalid.Campos["colunas"] != "" {
		return &term.ProblemError{
			Kind: err, Sentence: invalid.Campos["colunas"],
			Hint: `diga o que é uma coluna com --coluna "CABEÇALHO=CAMPO"; os campos são: ` + strings.Join(store.ImportColumns(), ", "),
		}
	}
	return err
}

// importWords counts what an import would do.
func importWords(p *store.ImportPlan) string {
	parts := []string{say.Count(p.Novos, "novo", "novos"), say.Count(p.Mudam, "muda", "mudam"), say.Count(p.Iguais, "igual", "iguais")}
	if p.Conflitos > 0 {
		parts = append(parts, say.Count(p.Conflitos, "conflito", "conflitos"))
	}
	if p.Recusados > 0 {
		parts = append(parts, say.Count(p.Recusados, "recusado", "recusados"))
	}
	return strings.Join(parts, ", ")
}

// tellImport shows a person what the file is understood to be and what it would do.
func (a *app) tellImport(p *store.ImportPlan) {
	if !a.ErrTerminal {
		return
	}
	where := p.Arquivo
	if p.Planilha != "" {
		where += ", planilha " + p.Planilha
	}
	fmt.Fprintf(a.Err, "%s: %s: %s.\n", term.OneLine(where), say.Count(p.Total, "linha", "linhas"), importWords(p))
	var used, unused []string
	for _, c := range p.Colunas {
		switch {
		case c.Campo != "":
			used = append(used, term.OneLine(c.Cabecalho)+" → "+c.Campo)
		case c.Cabecalho != "":
			unused = append(unused, term.OneLine(c.Cabecalho)+" ("+c.Motivo+")")
		}
	}
	fmt.Fprintf(a.Err, "  colunas: %s\n", strings.Join(used, ", "))
	if len(unused) > 0 {
		fmt.Fprintf(a.Err, "  não importadas: %s\n", strings.Join(unused, ", "))
	}
	for _, l := range p.Linhas {
		fmt.Fprintf(a.Err, "  linha %d, %s: %s\n", l.Linha, l.Situacao, term.OneLine(rowWords(&l)))
	}
	for _, r := range p.Motivos {
		fmt.Fprintf(a.Err, "  de fora, %s: %s (%s)\n", say.Thousands(r.Quantos), term.OneLine(r.Frase), term.OneLine(strings.Join(r.Exemplos, "; ")))
	}
}

// rowWords says what becomes of a row.
func rowWords(l *store.ImportRow) string {
	switch {
	case l.Motivo != "":
		return l.Nome + ": " + string(l.Motivo)
	case len(l.Antes) > 0:
		return l.Nome + ": " + differences(l.Antes, l.Depois)
	default:
		return l.Nome
	}
}

func importPlanFields() []term.Field[store.ImportPlan] {
	type p = store.ImportPlan
	return []term.Field[p]{
		{Name: "arquivo", Title: "Arquivo", Value: func(r *p) any { return r.Arquivo }, InTable: true},
		{Name: "planilha", Title: "Planilha", Value: func(r *p) any { return r.Planilha }},
		{Name: "total", Title: "Linhas", Value: func(r *p) any { return r.Total }, InTable: true},
		{Name: "novos", Title: "Novos", Value: func(r *p) any { return r.Novos }, InTable: true},
		{Name: "mudam", Title: "Mudam", Value: func(r *p) any { return r.Mudam }, InTable: true},
		{Name: "iguais", Title: "Iguais", Value: func(r *p) any { return r.Iguais }, InTable: true},
		{Name: "conflitos", Title: "Conflitos", Value: func(r *p) any { return r.Conflitos }, InTable: true},
		{Name: "recusados", Title: "Recusados", Value: func(r *p) any { return r.Recusados }, InTable: true},
		{Name: "colunas", Title: "Colunas", Value: func(r *p) any { return r.Colunas }},
		{Name: "motivos", Title: "Motivos", Value: func(r *p) any { return r.Motivos }},
		{Name: "linhas", Title: "Linhas de exemplo", Value: func(r *p) any { return r.Linhas }},
	}
}

func (a *app) clientesTemplate() *cobra.Command {
	return &cobra.Command{
		Use: "modelo ARQUIVO", Short: "Faz uma planilha para preencher e importar", Args: term.OneArg("o nome do arquivo", "monitor clientes modelo clientes.xlsx"),
		Long: `Faz uma planilha com as colunas que a importação entende e uma linha de exemplo,
que não é importada. O nome diz o formato: .xlsx ou .csv.`,
		Example: "  monitor clientes modelo clientes.xlsx",
		RunE: func(_ *cobra.Command, args []string) error {
			format, err := store.SheetFormatOf(args[0])
			if err != nil {
				return err
			}
			if err := store.WriteSheetFile(args[0], false, func(w io.Writer) error { return store.ImportTemplate(w, format) }); err != nil {
				return err
			}
			a.notice("%s está pronto. Depois de preencher: monitor clientes importar %s", args[0], term.ShellQuote(args[0]))
			return nil
		},
	}
}
