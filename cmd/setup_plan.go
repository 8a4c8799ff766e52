package cmd

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

// printPlan sums up what setup would do; only --simular shows all of the SQL.
func (r *setupRun) printPlan(p store.Plano) {
	if len(p.SQL) == 0 {
		fmt.Fprintln(r.say, "\nPlano: criar o banco de dados e todas as tabelas em "+r.res.Banco)
		return
	}
	fmt.Fprintf(r.say, "\nPlano para um banco %s, com %s:\n", planState(p.Estado), say.Count(int(p.Linhas), "cliente", "clientes"))
	for _, sql := range p.Consertos {
		fmt.Fprintln(r.say, "  conserta antes: "+sql)
	}
	fmt.Fprintf(r.say, "  %s\n", planSummary(p))
	for _, line := range planCost(p) {
		fmt.Fprintln(r.say, "  "+line)
	}
	if !r.f.DryRun {
		fmt.Fprintln(r.say, "  o SQL completo sai com: monitor setup"+r.a.bancoFlag()+" --simular")
		return
	}
	fmt.Fprintln(r.say)
	for _, sql := range p.SQL {
		fmt.Fprintf(r.say, "%s;\n", sql)
	}
}

// planCost says what the plan takes while it runs.
func planCost(p store.Plano) []string {
	if p.Custo != nil {
		return p.Custo.Frases()
	}
	return []string{"enquanto isso, outros programas esperam para gravar: em geral segundos, minutos com milhões de linhas"}
}

var (
	createStatement = regexp.MustCompile(
		`(?i)^(?:-- .*\n)*CREATE\s+(?:UNIQUE\s+|VIRTUAL\s+)?(TABLE|INDEX|TRIGGER)\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)`,
	)
	alterStatement = regexp.MustCompile(`(?i)^(?:-- .*\n)*ALTER\s+TABLE\s+(\w+)`)
	addedColumn    = regexp.MustCompile(`(?i)\bADD\s+COLUMN\b`)
)

// sixTables are there already in an adopted database.
var sixTables = []string{"clientes", "dispositivos", "conexoes", "mensagens_chat", "sessoes", "logs_auditoria"}

// planSummary says what the plan adds. The tables that an adopted database has
// already do not count, and what is mended is told by itself.
func planSummary(p store.Plano) string {
	made := map[string]int{}
	closed, columns := 0, 0
	for _, sql := range p.SQL[len(p.Consertos):] {
		columns += columnsAdded(sql)
		if strings.HasSuffix(sql, " ENABLE ROW LEVEL SECURITY") {
			closed++
		}
		m := createStatement.FindStringSubmatch(sql)
		if m == nil || (slices.Contains(sixTables, m[2]) && strings.EqualFold(m[1], "TABLE") && p.Estado == store.SchemaForeign) {
			continue
		}
		made[strings.ToUpper(m[1])]++
	}
	text := addition(made["TABLE"], columns, made["INDEX"], made["TRIGGER"])
	if closed > 0 {
		text += "; fecha " + say.Count(closed, "tabela", "tabelas") + " à API pública do provedor (papéis anon e authenticated)"
	}
	switch p.Estado {
	case store.SchemaMissing:
		return text
	case store.SchemaForeign:
		return text + "; os dados das seis tabelas não mudam"
	default:
		return text + "; os dados que já existem não mudam"
	}
}

// columnsAdded counts those that the six tables get: the others are part of tables
// of our own.
func columnsAdded(sql string) int {
	if m := alterStatement.FindStringSubmatch(sql); m == nil || !slices.Contains(sixTables, m[1]) {
		return 0
	}
	return len(addedColumn.FindAllString(sql, -1))
}

func addition(tables, columns, indexes, triggers int) string {
	var parts []string
	for _, c := range []struct {
		n         int
		one, many string
	}{{tables, "tabela", "tabelas"}, {columns, "coluna", "colunas"}, {indexes, "índice", "índices"}, {triggers, "gatilho", "gatilhos"}} {
		if c.n > 0 {
			parts = append(parts, say.Count(c.n, c.one, c.many))
		}
	}
	if parts == nil {
		return "não acrescenta tabelas"
	}
	return "acrescenta " + say.Enumerate(parts)
}

func planState(s store.SchemaState) string {
	switch s {
	case store.SchemaMissing:
		return "novo"
	case store.SchemaForeign:
		return "do sistema antigo"
	case store.SchemaCurrent:
		return "em dia"
	default:
		return "de uma versão anterior do monitor"
	}
}
