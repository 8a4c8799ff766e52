package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

type backupFlags struct {
	term.OutputFlags
	sim    bool
	verify bool
}

func backupFields() []term.Field[store.Copia] {
	type c = store.Copia
	return []term.Field[c]{
		{Name: "arquivo", Title: "Arquivo", Value: func(r *c) any { return r.Arquivo }, InTable: true},
		{Name: "formato", Title: "Formato", Value: func(r *c) any { return r.Formato }, InTable: true},
		{Name: "motor", Title: "Banco de origem", Value: func(r *c) any { return r.Motor }, InTable: true},
		{Name: "esquema", Title: "Esquema", Value: func(r *c) any { return r.Esquema }},
		{Name: "feita_em", Title: "Feita em", Value: func(r *c) any { return r.FeitaEm }, InTable: true},
		{Name: "linhas", Title: "Linhas", Value: func(r *c) any { return int(r.Linhas) }, InTable: true},
		{Name: "bytes", Title: "Bytes", Value: func(r *c) any { return int(r.Bytes) }, InTable: true},
		{Name: "sha256", Title: "SHA-256", Value: func(r *c) any { return r.SHA256 }, InTable: true},
		{Name: "tabelas", Title: "Tabelas", Value: func(r *c) any { return len(r.Tabelas) }},
		{Name: "chaves_auditoria", Title: "Chaves da auditoria", Value: func(r *c) any { return len(r.ChavesAuditoria) }},
		{Name: "assinatura", Title: "Assinatura", Value: func(r *c) any { return r.Assinatura }},
		{Name: "estranhos", Title: "O que não é do monitor", Value: func(r *c) any { return len(r.Estranhos) }},
		{Name: "arquivo_chave", Title: "Arquivo da chave", Value: func(r *c) any { return r.ArquivoChave }},
		{Name: "avisos", Title: "Avisos", Value: func(r *c) any { return len(r.Avisos) }},
	}
}

func (a *app) backupCommand() *cobra.Command {
	var f backupFlags
	cmd := &cobra.Command{
		Use: "backup [ARQUIVO]", Short: "Faz uma cópia de segurança do banco, ou confere uma", GroupID: groupData, Args: maxOneArg,
		SuggestFor: []string{"copiar", "copia", "exportar", "dump"},
		Long: `Faz uma cópia de segurança do banco inteiro em um arquivo, com tudo em uso: nada
precisa parar. A cópia é lida de volta e conferida antes de receber o seu nome, e só
o dono do arquivo pode lê-la: ela tem os dados das pessoas e os hashes das senhas.

De um banco SQLite sai um arquivo SQLite, que qualquer programa abre. Dos outros sai
um arquivo compactado, do qual "monitor restaurar" recria o banco em qualquer um dos
tipos suportados.

A chave de auditoria não entra na cópia. Guarde-a também, em outro lugar.`,
		Example: "  monitor backup\n  monitor backup /mnt/copias/clientes.sqlite\n  monitor backup --verificar clientes-2026-11-24T1430.sqlite",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.runBackup(cmd, args, f) },
	}
	cmd.Flags().BoolVar(&f.verify, "verificar", false, "só confere a cópia ARQUIVO; não usa o banco")
	cmd.Flags().BoolVar(&f.sim, "sim", false, "substitui ARQUIVO, se já existe")
	cmd.Flags().BoolVar(&f.sim, "yes", false, "o mesmo que --sim")
	_ = cmd.Flags().MarkHidden("yes")
	term.AddOutput(cmd, &f.OutputFlags, backupFields())
	return cmd
}

func maxOneArg(cmd *cobra.Command, args []string) error {
	if len(args) < 2 {
		return nil
	}
	return term.OneArg("o arquivo", cmd.CommandPath())(cmd, args)
}

func (a *app) runBackup(cmd *cobra.Command, args []string, f backupFlags) error {
	out, err := outputFor(a, cmd, f.OutputFlags, backupFields())
	if err != nil {
		return err
	}
	if f.verify {
		return a.verifyCopy(cmd, args, out)
	}
	cfg, err := a.config(cmd)
	if err != nil {
		return err
	}
	sc := a.storeConfig(cfg)
	path, err := copyPath(sc, args)
	if err != nil {
		return err
	}
	c, err := a.takeCopy(cmd.Context(), cfg, sc, path, f)
	if err != nil {
		return copyProblem(err)
	}
	if err := out.One(c); err != nil {
		return err
	}
	a.tellCopy(c)
	return nil
}

func (a *app) verifyCopy(cmd *cobra.Command, args []string, out *term.Output[store.Copia]) error {
	if err := term.OneArg("a cópia", "monitor backup --verificar ARQUIVO")(cmd, args); err != nil {
		return err
	}
	p, o := a.copyProgress("Conferindo a cópia")
	if cfg, err := a.config(cmd); err == nil { // only for the key that may be there
		o.Chaves = store.KnownKeys(a.storeConfig(cfg))
	}
	c, err := store.VerifyCopy(cmd.Context(), args[0], o)
	p.Stop()
	if err != nil {
		return copyProblem(err)
	}
	a.warn(c.Avisos)
	return out.One(c)
}

// copyPath is where the copy goes: a folder, and no argument at all, get the
// proposed name.
func copyPath(sc store.Config, args []string) (string, error) {
	path := "."
	if len(args) > 0 {
		path = args[0]
	}
	info, err := os.Stat(path)
	if folder := err == nil && info.IsDir(); !folder {
		return path, nil
	}
	name, err := store.CopyName(sc)
	return filepath.Join(path, name), err
}

// takeCopy also copies a database that monitor cannot work on yet: before it is
// adopted or upgraded is when its copy matters most.
func (a *app) takeCopy(ctx context.Context, cfg *settings.Config, sc store.Config, path string, f backupFlags) (c store.Copia, err error) {
	p, o := a.copyProgress("Copiando o banco")
	defer p.Stop()
	o.Overwrite = f.sim
	s, err := a.openStore(ctx, cfg, sc, store.CanalCLI)
	var schema *store.SchemaError
	if errors.As(err, &schema) && (schema.Estado == store.SchemaForeign || schema.Estado == store.SchemaBehind) {
		return store.BackupBefore(ctx, sc, operator(store.CanalCLI), path, o)
	}
	if err != nil {
		return c, err
	}
	c, err = s.Backup(ctx, path, o)
	if closeErr := s.st.Close(); err == nil {
		err = closeErr
	}
	return c, err
}

// copyProgress is a progress line that a copy or a restore moves.
func (a *app) copyProgress(text string) (*term.Progress, store.CopyOptions) {
	p := a.Working(text)
	return p, store.CopyOptions{Progresso: func(stage string, done, total int64) {
		switch {
		case total > 0:
			p.Set("%s: %d%%", stage, min(100, 100*done/total))
		default:
			p.Set("%s", stage)
		}
	}}
}

// copyProblem says what is wrong with a copy, and offers what only the command
// line knows.
func copyProblem(err error) error {
	var c *store.CopiaError
	var rule *store.RuleError
	switch {
	case errors.As(err, &c):
		return &term.ProblemError{Kind: term.ErrFailed, Sentence: c.Error(), Hint: c.Remedio}
	case !errors.As(err, &rule):
		return err
	}
	switch rule.Codigo {
	case "arquivo_existe":
		return &term.ProblemError{
			Kind:     term.ErrUnconfirmed,
			Sentence: rule.Frase + "; nada foi alterado",
			Hint:     "escolha outro nome, ou substitua-o com --sim",
		}
	case "destino_invalido", "destino_em_uso":
		return term.UsageError("exemplo: monitor backup copia.sqlite", "%s", rule.Frase)
	case "banco_nao_vazio":
		return &term.ProblemError{
			Kind:     err,
			Sentence: rule.Frase + "; nada foi alterado",
			Hint:     "restaure em um banco vazio: crie outro e informe-o com --banco",
		}
	case "mesmo_arquivo":
		return term.UsageError("informe com --banco onde o banco restaurado deve ficar", "%s", rule.Frase)
	default:
		return err
	}
}

// tellCopy says what else must be kept, and where it is.
func (a *app) tellCopy(c store.Copia) {
	a.warn(c.Avisos)
	if len(c.ChavesAuditoria) == 0 {
		return
	}
	where := "A chave de auditoria (configuração auditoria.chave)"
	if c.ArquivoChave != "" {
		where = "A chave de auditoria (" + c.ArquivoChave + ")"
	}
	fmt.Fprintln(
		a.Err,
		term.OneLine(where+" não está na cópia: guarde-a em outro lugar. Sem ela a trilha da cópia não pode ser verificada."),
	)
}

func (a *app) warn(warnings []string) {
	for _, warning := range slices.Compact(slices.Clone(warnings)) {
		fmt.Fprintln(a.Err, "aviso: "+term.OneLine(warning))
	}
}
