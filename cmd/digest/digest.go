// Package digest draws monitor resumo for a person: titles at the left, words at the right of
// them, details below, cut to the terminal. What stands in a summary is the store's.
package digest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

// sheet is a summary being drawn: titles at the left, words at the right of them,
// details below.
type sheet struct {
	b      strings.Builder
	r      store.Resumo
	now    time.Time
	zone   *time.Location
	colour bool
	width  int // 0: lines are not cut
}

// margin is where the words begin.
const margin = 20

// oldBackup is the age from which the last copy calls for attention.
const oldBackup = 8 * 24 * time.Hour

// Look is how a summary is written.
type Look struct {
	Zone   *time.Location
	Colour bool
	Width  int // of the terminal, in cells; 0: lines are not cut
}

// Text draws a summary with the series of its devices.
func Text(r store.Resumo, serie store.Serie, look Look) string {
	f := &sheet{r: r, now: r.Ate.Time, zone: look.Zone, colour: look.Colour, width: look.Width}
	f.everything(serie)
	return f.b.String()
}

// everything draws the parts.
func (f *sheet) everything(serie store.Serie) {
	f.line(f.bold("Resumo desde " + f.when(f.r.Desde)))
	f.attention()
	f.line("")
	f.dispositivos(serie)
	f.clientes()
	f.accesses()
	f.chaves()
	f.keeping()
	f.change()
}

// line ends a line, cut to the terminal.
func (f *sheet) line(text string) {
	if f.width > 0 {
		text = ansi.Truncate(text, f.width, "…")
	}
	f.b.WriteString(strings.TrimRight(text, " ") + "\n")
}

func (f *sheet) bold(text string) string { return f.paint("1", text) }

func (f *sheet) paint(code, text string) string {
	if !f.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// section begins a subject.
func (f *sheet) section(title, text string) {
	f.line(f.bold(term.Pad(title, margin, false)) + text)
}

// more adds a sentence to the subject.
func (f *sheet) more(text string) { f.line(strings.Repeat(" ", margin) + text) }

// rows are details in columns, and how many were left out. On a narrow terminal
// the long columns give way, so that the last one is still read.
func (f *sheet) rows(rows [][]string, total int64, onde string) {
	widths := make([]int, 4)
	for _, row := range rows {
		for i, cell := range row {
			row[i] = term.OneLine(cell)
			widths[i] = max(widths[i], ansi.StringWidth(row[i]))
		}
	}
	f.shrink(widths)
	for _, row := range rows {
		var text strings.Builder
		for i, cell := range row {
			text.WriteString(term.Pad(cell, widths[i], f.width > 0) + term.ColumnGap)
		}
		f.more("  " + strings.TrimRight(text.String(), " "))
	}
	if left := total - int64(len(rows)); left > 0 {
		f.more(f.paint("2", "  e mais "+say.Thousands(int(left))+": "+onde))
	}
}

// shrink takes from the widest column until the columns fit, but no column below
// what can still be read.
func (f *sheet) shrink(widths []int) {
	const least = 10
	for f.width > 0 {
		sum, widest := margin+2, 0
		for i, n := range widths {
			if n > widths[widest] {
				widest = i
			}
			if n > 0 {
				sum += n + len(term.ColumnGap)
			}
		}
		if sum-len(term.ColumnGap) <= f.width || widths[widest] <= least {
			return
		}
		widths[widest]--
	}
}

// when is a moment as people say it.
func (f *sheet) when(h store.Hora) string {
	t := h.In(f.zone)
	switch now := f.now.In(f.zone); t.Format(time.DateOnly) {
	case now.Format(time.DateOnly):
		return "hoje às " + t.Format("15:04")
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "ontem às " + t.Format("15:04")
	default:
		return t.Format("02/01/2006 15:04")
	}
}

// ha is how long ago something was.
func (f *sheet) ha(h store.Hora) string { return say.Ago(f.now.Sub(h.Time)) }

// attention is what somebody should look into, first of all.
func (f *sheet) attention() {
	r := &f.r
	var list []string
	add := func(when bool, text string) {
		if when {
			list = append(list, text)
		}
	}
	add(r.Auditoria.Integra != nil && !*r.Auditoria.Integra, "a trilha de auditoria não confere: monitor logs verificar")
	add(
		r.Dispositivos.Calados > 0,
		say.Count(int(r.Dispositivos.Calados), "dispositivo parou de responder", "dispositivos pararam de responder"),
	)
	add(r.Acessos.Recusados > 0, say.Count(int(r.Acessos.Recusados), "login foi recusado", "logins foram recusados"))
	add(r.Copia.FeitaEm.IsZero(), "não há cópia de segurança registrada: monitor backup")
	add(
		!r.Copia.FeitaEm.IsZero() && f.now.Sub(r.Copia.FeitaEm.Time) >= oldBackup,
		"a última cópia de segurança foi feita "+f.ha(r.Copia.FeitaEm)+": monitor backup",
	)
	add(
		!r.Mudanca.Encerrado.IsZero() && r.Mudanca.TokensAbertos > 0,
		"o sistema antigo foi encerrado e mesmo assim abriu sessões depois: monitor setup --encerrar-flask",
	)
	if list == nil {
		f.line(f.paint("32", "✓") + " Nada pede atenção.")
		return
	}
	for _, text := range list {
		f.line(f.paint("33", "!") + " " + text)
	}
}

func (f *sheet) dispositivos(serie store.Serie) {
	d := &f.r.Dispositivos
	text := fmt.Sprintf("%s de %s online", say.Thousands(int(d.Online)), say.Thousands(int(d.Total)))
	if d.Total == 0 {
		text = "nenhum dispositivo registrado"
	}
	f.section("Dispositivos", text)
	if line, ok := sparkline(serie); ok {
		f.more(line + "  online nas últimas 24 horas")
	}
	if d.Calados > 0 {
		f.more(say.Count(int(d.Calados), "parou de responder:", "pararam de responder:"))
		f.rows(f.machines(d.ListaCalados, "desde "), d.Calados, "monitor dispositivos list")
	}
	if d.CaladosAntes > 0 {
		f.more(say.Count(int(d.CaladosAntes), "já não respondia antes", "já não respondiam antes"))
	}
	if d.Novos > 0 {
		f.more(say.Count(int(d.Novos), "novo:", "novos:"))
		f.rows(f.machines(d.ListaNovos, ""), d.Novos, "monitor dispositivos list")
	}
}

func (f *sheet) machines(list []store.ResumoDispositivo, before string) [][]string {
	rows := make([][]string, 0, len(list))
	for _, d := range list {
		rows = append(rows, []string{nameOr(string(d.Nome), d.ID), string(d.ClienteNome), before + f.when(d.Desde)})
	}
	return rows
}

func nameOr(name string, id int64) string {
	if name == "" {
		return fmt.Sprintf("nº %d", id)
	}
	return name
}

func (f *sheet) clientes() {
	c := &f.r.Clientes
	parts := []string{say.Count(int(c.Total), "cliente", "clientes")}
	for _, n := range []struct {
		n         int64
		one, many string
	}{{c.Novos, "novo", "novos"}, {c.Desativados, "desativado", "desativados"}, {c.Removidos, "removido", "removidos"}} {
		if n.n > 0 {
			parts = append(parts, say.Count(int(n.n), n.one, n.many))
		}
	}
	if len(parts) == 1 {
		parts = append(parts, "nenhum novo")
	}
	f.section("Clientes", strings.Join(parts, ", "))
	rows := make([][]string, 0, len(c.ListaNovos))
	for _, n := range c.ListaNovos {
		rows = append(rows, []string{nameOr(string(n.Nome), n.ID), string(n.Email), f.when(n.Desde)})
	}
	f.rows(rows, c.Novos, "monitor clientes list")
}

func (f *sheet) accesses() {
	a := &f.r.Acessos
	text := "ninguém abriu sessão"
	if a.Abertas > 0 {
		text = say.Count(int(a.Abertas), "sessão aberta", "sessões abertas")
	}
	if a.Pessoas > 0 { // those who are gone by now are not counted
		text += " por " + say.Count(int(a.Pessoas), "pessoa", "pessoas")
	}
	f.section("Acessos", text)
	if a.Bloqueios > 0 {
		f.more(say.Count(int(a.Bloqueios), "bloqueio", "bloqueios") + " por senhas erradas em vigor: monitor bloqueios list")
	}
	if a.Recusados == 0 {
		f.more("nenhum login recusado")
		return
	}
	f.more(say.Count(int(a.Recusados), "login recusado:", "logins recusados:"))
	rows := slices.Concat(f.refusals("conta", a.Contas), f.refusals("de", a.Enderecos))
	f.rows(rows, int64(len(rows)), "")
	f.more(f.paint("2", "  todos: monitor logs list --acao login_falhou"))
}

// refusals are the accounts or addresses that were refused most.
func (f *sheet) refusals(what string, list []store.ResumoRecusas) [][]string {
	var rows [][]string
	for _, r := range list[:min(len(list), 5)] {
		if r.Quem == "" {
			r.Quem = "(desconhecido)"
		}
		rows = append(rows, []string{what, r.Quem, say.Count(int(r.Vezes), "vez", "vezes"), "a última " + f.when(r.Ultima)})
	}
	return rows
}

func (f *sheet) chaves() {
	c := &f.r.Chaves
	if len(c.Criadas)+len(c.Revogadas) == 0 {
		f.section("Chaves", "nenhuma criada nem revogada")
		return
	}
	var rows [][]string
	for _, k := range c.Criadas {
		rows = append(rows, []string{"criada", k.Nome, k.Nivel, f.when(k.Quando)})
	}
	for _, k := range c.Revogadas {
		rows = append(rows, []string{"revogada", k.Nome, k.Nivel, f.when(k.Quando)})
	}
	var parts []string
	if n := len(c.Criadas); n > 0 {
		parts = append(parts, say.Count(n, "criada", "criadas"))
	}
	if n := len(c.Revogadas); n > 0 {
		parts = append(parts, say.Count(n, "revogada", "revogadas"))
	}
	f.section("Chaves", say.Enumerate(parts))
	f.rows(rows, int64(len(rows)), "")
}

func (f *sheet) keeping() {
	a := &f.r.Auditoria
	f.section("Auditoria", say.Count(int(a.Registros), "registro novo", "registros novos"))
	switch {
	case a.Integra == nil:
		f.more("a trilha ainda não foi verificada: monitor logs verificar")
	case *a.Integra:
		f.more("íntegra na última verificação, " + f.when(a.VerificadaEm))
	case a.Problemas == 0:
		f.more("uma parte foi assinada com outra chave, na última verificação, " + f.when(a.VerificadaEm))
	default:
		f.more(say.Count(a.Problemas, "problema", "problemas") + " na última verificação, " + f.when(a.VerificadaEm))
	}
	c := &f.r.Copia
	if c.FeitaEm.IsZero() {
		f.section("Cópia de segurança", "nenhuma registrada neste banco")
		return
	}
	f.section("Cópia de segurança", fmt.Sprintf("%s (%s), %s", f.when(c.FeitaEm), f.ha(c.FeitaEm), say.Bytes(*c.Bytes)))
}

// change is about the Flask system; it says little where there was none.
func (f *sheet) change() {
	m := &f.r.Mudanca
	switch {
	case !m.Encerrado.IsZero():
		f.section("Sistema antigo", "encerrado "+f.when(m.Encerrado))
	case m.TokensAbertos > 0:
		f.section(
			"Sistema antigo",
			"ainda em convivência, com "+say.Count(int(m.TokensAbertos), "sessão dele no banco", "sessões dele no banco"),
		)
		if !m.UltimaSessaoAntiga.IsZero() {
			f.more("a última começou " + f.when(m.UltimaSessaoAntiga))
		}
	default:
		f.section("Sistema antigo", "nenhum sinal dele")
	}
	if m.Chamadores > 0 {
		f.more(fmt.Sprintf("%s sem credencial, %s desde então; a última vez %s: monitor setup pendentes",
			say.Count(int(m.Chamadores), "programa chamou", "programas chamaram"), say.Thousands(int(m.Recentes)), f.when(m.UltimaChamada)))
	}
}

// sparkline draws the devices online in each hour; a dot says that nobody counted.
func sparkline(s store.Serie) (string, bool) {
	levels := []rune("▁▂▃▄▅▆▇█")
	most, any := int64(1), false
	for _, p := range s.Pontos {
		if p.DispositivosOnline != nil {
			most, any = max(most, *p.DispositivosOnline), true
		}
	}
	var b strings.Builder
	for _, p := range s.Pontos {
		if p.DispositivosOnline == nil {
			b.WriteRune('·')
			continue
		}
		b.WriteRune(levels[*p.DispositivosOnline*int64(len(levels)-1)/most])
	}
	return b.String(), any
}
