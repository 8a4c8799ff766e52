package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

type restaurarFlags struct {
	term.OutputFlags
	sim          bool
	newKey       bool
	adjust       bool
	dryRun       bool
	keepTriggers bool
}

func restoreFields() []term.Field[store.Restauracao] {
	type r = store.Restauracao
	return []term.Field[r]{
		{Name: "banco", Title: "Banco", Value: func(v *r) any { return v.Banco }, InTable: true},
		{Name: "copia", Title: "Cópia", Value: func(v *r) any { return v.Copia.Arquivo }, InTable: true},
		{Name: "linhas", Title: "Linhas", Value: func(v *r) any { return int(v.Linhas) }, InTable: true},
		{Name: "anterior", Title: "Banco anterior", Value: func(v *r) any { return v.Anterior }, InTable: true},
		{Name: "ajustados", Title: "Valores ajustados", Value: func(v *r) any { return int(v.Ajustados) }},
		{Name: "simulada", Title: "Simulada", Value: func(v *r) any { return v.Simulada }},
		{Name: "avisos", Title: "Avisos", Value: func(v *r) any { return len(v.Avisos) }},
	}
}

func (a *app) restaurarCommand() *cobra.Command {
	var f restaurarFlags
	cmd := &cobra.Command{
		Use: "restaurar ARQUIVO", Short: "Recria o banco a partir de uma cópia de segurança", GroupID: groupData,
		Args:       term.OneArg("a cópia", "monitor restaurar clientes-2026-11-24T1430.sqlite"),
		SuggestFor: []string{"restore", "restaura", "recuperar"},
		Long: `Recria o banco a partir de uma cópia de segurança. A cópia é conferida antes, e tudo
o que foi gravado é conferido depois; até lá nada muda.

Um arquivo SQLite que já existe é guardado com outro nome, depois de confirmação. Em
um servidor, o banco precisa estar vazio. A cópia pode ter vindo de outro tipo de
banco. O esquema fica o desta versão do programa, e as sessões abertas continuam.

O que o banco de destino não pode guardar (um texto longo demais, uma data de outra
forma, uma linha que aponta para outra que não existe) é dito antes de gravar, com a
tabela, o id e a coluna, e a restauração não começa. Com --ajustar esses valores são
mudados, e cada mudança é dita; --simular só diz quais seriam. Uma restauração que
falha não deixa nada no banco.

Uma cópia com gatilhos (triggers) ou visões (views) que o monitor não fez é recusada:
--ajustar os deixa de fora, --manter-gatilhos os traz junto.

A chave de auditoria, que é guardada à parte, precisa estar no lugar: sem ela a
trilha anterior não pode mais ser verificada.`,
		Example: "  monitor restaurar clientes-2026-11-24T1430.sqlite\n" +
			"  monitor restaurar clientes-2026-11-24T1430.monitor --banco postgresql://monitor@banco.exemplo.com/novo",
		RunE: func(cmd *cobra.Command, args []string) error { return a.runRestaurar(cmd, args[0], f) },
	}
	cmd.Flags().BoolVar(&f.sim, "sim", false, "confirma sem perguntar")
	cmd.Flags().BoolVar(&f.sim, "yes", false, "o mesmo que --sim")
	_ = cmd.Flags().MarkHidden("yes")
	cmd.Flags().BoolVar(&f.newKey, "chave-nova", false, "restaura mesmo sem a chave que assinou a trilha da cópia")
	cmd.Flags().BoolVar(&f.adjust, "ajustar", false, "muda o que o destino não pode guardar, dizendo cada mudança")
	cmd.Flags().BoolVar(&f.dryRun, "simular", false, "só diz o que seria mudado; nada é gravado")
	cmd.Flags().BoolVar(&f.keepTriggers, "manter-gatilhos", false, "traz também os gatilhos e as visões que não são do monitor")
	term.AddOutput(cmd, &f.OutputFlags, restoreFields())
	return cmd
}

func (a *app) runRestaurar(cmd *cobra.Command, path string, f restaurarFlags) error {
	out, err := outputFor(a, cmd, f.OutputFlags, restoreFields())
	if err != nil {
		return err
	}
	cfg, err := a.config(cmd)
	if err != nil {
		return err
	}
	sc := a.storeConfig(cfg)
	res, err := a.restore(cmd, sc, path, f)
	var rule *store.RuleError
	if errors.As(err, &rule) && rule.Codigo == "banco_existe" {
		question := rule.Frase + ". Guardá-lo com outro nome e pôr a cópia no lugar?"
		if err := a.Confirm(cmd.Context(), term.ConsentFlags{Confirmed: f.sim}, question); err != nil {
			return unconfirmedRestore(err, rule)
		}
		f.sim = true
		res, err = a.restore(cmd, sc, path, f)
	}
	if err != nil {
		a.tellValues(err)
		return explainOpen(cmd.Context(), sc, copyProblem(err))
	}
	if err := out.One(res); err != nil {
		return err
	}
	a.warn(res.Avisos)
	a.tellAdjusted(res)
	if res.Simulada {
		fmt.Fprintln(a.Err, "Nada foi gravado. "+rehearsed(res, f))
		return nil
	}
	fmt.Fprintln(a.Err, "Banco restaurado. Confira a trilha com: monitor logs verificar"+a.bancoFlag())
	return nil
}

// rehearsed says what the restore itself would do.
func rehearsed(res store.Restauracao, f restaurarFlags) string {
	stuck := 0
	for _, v := range res.Ajustes {
		if v.Fica == "" {
			stuck++
		}
	}
	switch {
	case stuck > 0:
		return "A cópia não seria restaurada: " + say.Count(stuck, "valor não tem", "valores não têm") + " ajuste."
	case res.Ajustados > 0 && !f.adjust:
		return "Para restaurar em " + res.Banco + " com essas mudanças, troque --simular por --ajustar."
	default:
		return "Sem --simular, a cópia seria restaurada em " + res.Banco + "."
	}
}

// maxErrorValues bounds what a refusal lists; --simular lists all.
const maxErrorValues = 20

// tellValues names what the target cannot hold, a line each.
func (a *app) tellValues(err error) {
	var c *store.CopiaError
	if !errors.As(err, &c) {
		return
	}
	for i, v := range c.Valores {
		if i == maxErrorValues {
			fmt.Fprintf(a.Err, "… e mais %d; veja todos com --simular\n", len(c.Valores)-i)
			return
		}
		fmt.Fprintln(a.Err, term.OneLine(v.String()))
	}
}

func (a *app) tellAdjusted(res store.Restauracao) {
	word := "ajustado: "
	if res.Simulada {
		word = "a ajustar: "
	}
	for _, v := range res.Ajustes {
		fmt.Fprintln(a.Err, word+term.OneLine(v.String()))
	}
	if more := res.Ajustados - int64(len(res.Ajustes)); more > 0 {
		fmt.Fprintf(a.Err, "… e mais %s\n", say.Count(int(more), "valor", "valores"))
	}
}

// unconfirmedRestore keeps an interruption what it is.
func unconfirmedRestore(err error, rule *store.RuleError) error {
	if !errors.Is(err, term.ErrUnconfirmed) {
		return err
	}
	return &term.ProblemError{
		Kind: term.ErrUnconfirmed, Sentence: rule.Frase + "; nada foi alterado",
		Hint: "confirme com --sim (o banco atual fica guardado com outro nome), ou informe outro lugar com --banco",
	}
}

func (a *app) restore(cmd *cobra.Command, sc store.Config, path string, f restaurarFlags) (store.Restauracao, error) {
	p, o := a.copyProgress("Conferindo a cópia")
	defer p.Stop()
	return store.Restore(cmd.Context(), sc, operator(store.CanalCLI), path, store.RestoreOptions{
		Replace: f.sim, ChaveNova: f.newKey, Fit: f.adjust, DryRun: f.dryRun, KeepTriggers: f.keepTriggers, Progresso: o.Progresso,
	})
}
