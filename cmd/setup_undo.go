package cmd

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

// undo is setup --desfazer.
func (r *setupRun) undo(ctx context.Context) error {
	plan, err := store.PlanWithdrawal(ctx, r.sc)
	if err != nil {
		return explainOpen(ctx, r.sc, err)
	}
	r.res.Remocao = &plan
	if len(plan.SQL) == 0 {
		fmt.Fprintln(r.say, "O banco não tem nada do monitor: nada a desfazer.")
		return nil
	}
	r.printUndo(plan)
	if r.f.DryRun {
		r.printSQL(plan.SQL)
		return nil
	}
	question := "\nEncerre antes os outros monitores deste banco e faça uma cópia (monitor backup). Retirar o monitor de " + r.res.Banco + "?"
	if err := r.a.Confirm(ctx, r.f.ConsentFlags, question); err != nil {
		return err
	}
	p := r.a.Working("Retirando o monitor do banco de dados")
	err = store.Withdraw(ctx, r.sc, operator(store.CanalCLI))
	p.Stop()
	if err != nil {
		return about(err, "desfazer", "nada se perde: repita monitor setup --desfazer"+r.a.bancoFlag()+" para terminar")
	}
	r.res.Aplicado = true
	fmt.Fprintln(r.say, "\nO monitor foi retirado do banco. Para adotá-lo de novo: monitor setup"+r.a.bancoFlag())
	return nil
}

// printSQL ends a simulation.
func (r *setupRun) printSQL(stmts []string) {
	fmt.Fprintln(r.say)
	for _, sql := range stmts {
		fmt.Fprintf(r.say, "%s;\n", sql)
	}
	fmt.Fprintln(r.say, "\nSimulação: nada foi alterado.")
}

// printUndo says what goes, what stays and what is lost.
func (r *setupRun) printUndo(p store.Remocao) {
	fmt.Fprintln(r.say, "Plano: retirar o monitor de "+r.res.Banco)
	if p.Interrompida {
		fmt.Fprintln(r.say, "  termina uma retirada que foi interrompida no meio")
	}
	if !p.Adotado {
		fmt.Fprintln(
			r.say,
			"  atenção: este banco foi criado pelo monitor, não pelo sistema antigo; sem o monitor ele só serve a um programa que conheça as seis tabelas",
		)
	}
	fmt.Fprintln(r.say, "  sai: "+removal(p.SQL))
	fmt.Fprintln(
		r.say,
		"  ficam: as seis tabelas do sistema antigo e os seus dados, também os que o monitor gravou; as senhas valem nos dois",
	)
	if lost := losses(p); lost != "" {
		fmt.Fprintln(r.say, "  perde-se: "+lost)
	}
	if p.Sessoes > 0 {
		fmt.Fprintln(
			r.say,
			"  termina: "+say.Count(int(p.Sessoes), "sessão aberta, que só o monitor lê", "sessões abertas, que só o monitor lê"),
		)
	}
	if p.Extensao {
		fmt.Fprintln(r.say, "  fica também: a extensão pg_trgm, que outros programas podem usar")
	}
	fmt.Fprintln(r.say, "  enquanto isso, outros programas esperam: em geral segundos, minutos com milhões de linhas")
	if !r.f.DryRun {
		fmt.Fprintln(r.say, "  o SQL completo sai com: monitor setup --desfazer"+r.a.bancoFlag()+" --simular")
	}
}

var dropped = regexp.MustCompile(`\bDROP (TABLE|INDEX|TRIGGER|COLUMN)\b`)

// removal counts what the statements drop.
func removal(stmts []string) string {
	gone := map[string]int{}
	for _, m := range dropped.FindAllStringSubmatch(strings.Join(stmts, "\n"), -1) {
		gone[m[1]]++
	}
	var parts []string
	for _, c := range []struct {
		n         int
		one, many string
	}{
		{gone["TABLE"], "tabela", "tabelas"},
		{gone["INDEX"], "índice", "índices"},
		{gone["TRIGGER"], "gatilho", "gatilhos"},
		{gone["COLUMN"], "coluna", "colunas"},
	} {
		if c.n > 0 {
			parts = append(parts, say.Count(c.n, c.one, c.many))
		}
	}
	return say.Enumerate(parts)
}

func losses(p store.Remocao) string {
	var parts []string
	for _, c := range []struct {
		n         int64
		one, many string
	}{
		{p.Chaves, "chave de API", "chaves de API"},
		{p.Segredos, "segredo de dispositivo (ele se registra de novo)", "segredos de dispositivos (eles se registram de novo)"},
		{p.Elos, "assinatura da auditoria (a linha fica)", "assinaturas da auditoria (as linhas ficam)"},
	} {
		if c.n > 0 {
			parts = append(parts, say.Count(int(c.n), c.one, c.many))
		}
	}
	return say.Enumerate(parts)
}
