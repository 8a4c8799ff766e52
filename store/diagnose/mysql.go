package diagnose

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.com/monitor/store/drift"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/schema"
)

const factsMySQL = `SELECT @@session.sql_mode, @@global.sql_mode, @@character_set_database,
	CASE WHEN @@global.time_zone = 'SYSTEM' THEN @@system_time_zone ELSE @@global.time_zone END,
	@@innodb_flush_log_at_trx_commit = 1, CAST(unix_timestamp(now(6)) AS DOUBLE),
	(SELECT coalesce(sum(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = database())`

func (d *examiner) askMySQL(ctx context.Context) error {
	f := &d.facts
	f.before = d.cfg.Now()
	err := d.db.Reader().Get(
		ctx,
		[]any{&f.sessionMode, &f.globalMode, &f.charset, &f.timeZone, &f.syncs, &f.segundos, &f.bytes},
		factsMySQL,
	)
	f.after, f.known = d.cfg.Now(), err == nil
	return err
}

// rightsMySQL reads what was granted. TRIGGER is not needed.
func (d *examiner) rightsMySQL(ctx context.Context) error {
	var lines []string
	if err := d.db.Reader().All(ctx, &lines, "SHOW GRANTS"); err != nil {
		d.warn(
			stageRights,
			reasonUnsureRights,
			"o servidor não contou os direitos do usuário "+d.t.Usuario,
			"se faltar algum, o próprio comando dirá qual",
		)
		return nil //nolint:nilerr // some servers keep it to themselves
	}
	need := []string{"SELECT", "INSERT", "UPDATE", "DELETE"}
	if d.state != schema.Current {
		need = append(need, "CREATE", "ALTER", "INDEX")
		if d.facts.made == "MySQL" && !d.t.SemFK {
			need = append(need, "REFERENCES")
		}
	}
	missing, roles := lacking(lines, d.t.Banco, need)
	switch {
	case len(missing) > 0 && roles:
		d.warn(
			stageRights,
			reasonUnsureRights,
			"o usuário "+d.t.Usuario+" tem direitos por papéis, que não foram conferidos um a um",
			"se faltar algum, o próprio comando dirá qual",
		)
	case len(missing) > 0:
		return d.refuse(
			stageRights,
			engine.MotivoDireito,
			"ao usuário "+d.t.Usuario+" falta no banco "+d.t.Banco+": "+strings.Join(missing, ", "),
			fmt.Sprintf(
				"como administrador do servidor: GRANT %s ON `%s`.* TO '%s'@'%%'",
				strings.Join(missing, ", "),
				d.t.Banco,
				d.t.Usuario,
			),
		)
	default:
		d.ok(stageRights, "ler, gravar e criar tabelas no banco "+d.t.Banco)
	}
	return nil
}

var (
	grantLine = regexp.MustCompile("(?i)^GRANT (.+) ON (\\*|`(?:[^`]|``)*`)\\.\\* TO ")
	grantRole = regexp.MustCompile("(?i)^GRANT [`'][^ ]* TO ")
)

// lacking tells which of the rights no line gives on the database. roles says
// that the user has roles, whose rights the lines may not list.
func lacking(lines []string, database string, need []string) (missing []string, roles bool) {
	have := map[string]bool{}
	for _, line := range lines {
		roles = roles || grantRole.MatchString(line)
		m := grantLine.FindStringSubmatch(line)
		if m == nil || !grantCovers(m[2], database) {
			continue
		}
		for right := range strings.SplitSeq(strings.ToUpper(m[1]), ",") {
			have[strings.TrimSpace(right)] = true
		}
	}
	if have["ALL PRIVILEGES"] || have["ALL"] {
		return nil, roles
	}
	return slices.DeleteFunc(slices.Clone(need), func(r string) bool { return have[r] }), roles
}

// grantCovers says whether a database's name in a grant, where % and _ stand for
// others, means banco.
func grantCovers(granted, database string) bool {
	if granted == "*" {
		return true
	}
	pattern := strings.ReplaceAll(granted[1:len(granted)-1], "``", "`")
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		case c == '%':
			b.WriteString(".*")
		case c == '_':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		}
	}
	ok, err := regexp.MatchString("(?i)^"+b.String()+"$", database)
	return err == nil && ok
}

const latinTables = `SELECT table_name FROM information_schema.tables
	WHERE table_schema = database() AND table_collation NOT LIKE 'utf8mb4%' AND table_name IN (?, ?, ?, ?, ?, ?) ORDER BY table_name`

// settingsMySQL reports the settings that texts, times and commits depend on. Our
// own connections set theirs; what a pooler does not pass on is refused.
func (d *examiner) settingsMySQL(ctx context.Context) error {
	f := d.facts
	const mode = "NO_BACKSLASH_ESCAPES"
	if strings.Contains(f.sessionMode, mode) {
		return d.refuse(
			stageSettings,
			engine.MotivoBarraInvertida,
			"o sql_mode das conexões tem "+mode+", com o qual textos não podem ser gravados com segurança",
			"tire "+mode+" do sql_mode do servidor (ou do pooler) e repita",
		)
	}
	var latin []string
	if err := d.db.Reader().All(ctx, &latin, latinTables, schema.SixArgs()...); err != nil {
		return d.fail(stageSettings, err, loginRemedy)
	}
	d.ok(stageSettings, "conexões em utf8mb4 e UTC")
	if strings.Contains(f.globalMode, mode) {
		d.warn(
			stageSettings,
			reasonBackslash,
			"o sql_mode do servidor tem "+mode,
			"o monitor o desliga nas suas conexões; para os outros programas, tire-o com SET GLOBAL sql_mode e do arquivo de configuração do servidor",
		)
	}
	if len(latin) > 0 {
		d.warn(stageSettings, drift.ReasonLatin1, "há tabelas que não guardam todas as letras: "+strings.Join(latin, ", "),
			"converta-as depois de uma cópia de segurança: ALTER TABLE "+latin[0]+" CONVERT TO CHARACTER SET utf8mb4")
	} else if f.charset != "utf8mb4" {
		d.warn(stageSettings, drift.ReasonLatin1, "o banco usa "+f.charset+" para tabelas novas", fmt.Sprintf("as do monitor são sempre utf8mb4; para as outras: ALTER DATABASE `%s` CHARACTER SET utf8mb4", d.t.Banco))
	}
	d.quotas(ctx)
	d.tableTimes(ctx)
	if !f.syncs {
		d.warn(
			stageSettings,
			reasonDurability,
			"o servidor confirma gravações antes de guardá-las no disco",
			"ajuste innodb_flush_log_at_trx_commit = 1: sem isso, uma queda de energia apaga o que já foi confirmado",
		)
	}
	d.zone("default-time-zone = '+00:00' na configuração do servidor")
	return nil
}

// enoughConnections is what the monitor uses at most by itself: readers, a writer,
// and one for setup beside it.
const enoughConnections = 12

var hourly = regexp.MustCompile(`(?i)MAX_(?:QUERIES|UPDATES|CONNECTIONS)_PER_HOUR [1-9]\d*`)

// quotas warns about what shared hosts give out sparingly. A server that does not
// tell is none of those.
func (d *examiner) quotas(ctx context.Context) {
	var limit int
	if err := d.db.Reader().Get(ctx, []any{&limit}, "SELECT @@session.max_user_connections"); err == nil && limit > 0 &&
		limit < enoughConnections &&
		(d.t.MaxConexoes == 0 || d.t.MaxConexoes > limit-2) {
		d.warn(
			stageSettings,
			engine.MotivoVagas,
			fmt.Sprintf("o servidor dá a este usuário só %d conexões ao mesmo tempo (MAX_USER_CONNECTIONS)", limit),
			fmt.Sprintf("acrescente à URL ?connection_limit=%d: as outras são da gravação e dos comandos", max(2, limit-2)),
		)
	}
	var lines []string
	if err := d.db.Reader().All(ctx, &lines, "SHOW GRANTS"); err != nil {
		return
	}
	if found := hourly.FindString(strings.Join(lines, "\n")); found != "" {
		d.warn(stageSettings, engine.MotivoVagas, "o servidor limita o que este usuário pode pedir por hora ("+found+")",
			"peça ao provedor que tire o limite: o monitor consulta o banco o tempo todo, e para quando a cota acaba")
	}
}

// tableTimes warns where the feed has to read the rows themselves. Before the schema is
// there nothing can be said.
func (d *examiner) tableTimes(ctx context.Context) {
	if d.state != schema.Current {
		return
	}
	tells, err := d.cfg.TellsTimes(ctx, d.db.Reader())
	if err != nil || tells {
		return // what hides its catalogue is said elsewhere
	}
	d.warn(
		stageSettings,
		reasonNoTableTimes,
		"o servidor não diz quando as tabelas mudaram (UPDATE_TIME)",
		"nada a fazer: enquanto alguém acompanha ao vivo, o monitor relê as linhas para notar o que outros programas mudam, o que custa mais e demora mais nas tabelas grandes; se o servidor acaba de ser reiniciado, repita depois da primeira gravação",
	)
}
