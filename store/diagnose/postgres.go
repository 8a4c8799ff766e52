package diagnose

import (
	"context"
	"fmt"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/schema"
)

const factsPostgres = `SELECT current_setting('server_version_num')::int / 100, coalesce(current_schema(), ''),
	(SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()), (SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'),
	pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on',
	current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off',
	coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
	extract(epoch FROM clock_timestamp())::float8, pg_database_size(current_database())`

func (d *examiner) askPostgres(ctx context.Context) error {
	f := &d.facts
	f.before = d.cfg.Now()
	err := d.db.Reader().Get(
		ctx,
		[]any{&f.number, &f.schema, &f.charset, &f.timeZone, &f.replica, &f.syncs, &f.creates, &f.segundos, &f.bytes},
		factsPostgres,
	)
	f.after, f.known = d.cfg.Now(), err == nil
	return err
}

// tableRights is what the user may do with a table of ours.
type tableRights struct {
	Nome string `bun:"nome"`
	Dono bool   `bun:"dono"`
	Usa  bool   `bun:"usa"`
}

const tablesPostgres = `SELECT c.relname AS nome, pg_has_role(current_user, c.relowner, 'USAGE') AS dono,
	has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE') AS usa
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relname IN (?, ?, ?, ?, ?, ?, 'monitor_migracoes') ORDER BY c.relname`

// rightsPostgres wants CREATE only where something is still to be created.
func (d *examiner) rightsPostgres(ctx context.Context) error {
	var list []tableRights
	if err := d.db.Reader().All(ctx, &list, tablesPostgres, schema.SixArgs()...); err != nil {
		return d.fail(stageRights, err, d.grantRemedy())
	}
	var unused, foreign []string
	for _, t := range list {
		if !t.Usa {
			unused = append(unused, t.Nome)
		}
		if !t.Dono {
			foreign = append(foreign, t.Nome)
		}
	}
	user, space := d.t.Usuario, d.facts.schema
	change := d.state != schema.Current
	switch {
	case d.facts.replica:
		return d.refuse(
			stageRights,
			engine.MotivoSoLeitura,
			"o servidor está somente para leitura",
			"aponte a URL para o servidor principal, não para uma réplica; se a cota do plano acabou, aumente-a no painel",
		)
	case len(unused) > 0:
		return d.refuse(
			stageRights,
			engine.MotivoDireito,
			"o usuário "+user+" não pode ler e gravar em "+strings.Join(unused, ", "),
			fmt.Sprintf(
				`como dono das tabelas: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "%s" TO "%s"; GRANT USAGE ON ALL SEQUENCES IN SCHEMA "%[1]s" TO "%[2]s"`,
				space,
				user,
			),
		)
	case space == "":
		return d.refuse(
			stageRights,
			engine.MotivoDireito,
			"nenhum esquema do search_path existe ou está ao alcance do usuário "+user,
			`como dono do banco: GRANT USAGE, CREATE ON SCHEMA public TO "`+user+`"`,
		)
	case change && !d.facts.creates:
		return d.refuse(
			stageRights,
			engine.MotivoDireito,
			"o usuário "+user+" não pode criar tabelas no esquema "+space,
			fmt.Sprintf(`como dono do banco: GRANT CREATE ON SCHEMA "%s" TO "%s"`, space, user),
		)
	case change && len(foreign) > 0:
		return d.refuse(
			stageRights,
			reasonTableOwner,
			"as tabelas são de outro usuário, e só o dono pode acrescentar índices: "+strings.Join(foreign, ", "),
			fmt.Sprintf(
				`faça o setup com o usuário dono das tabelas, ou, como ele: ALTER TABLE clientes OWNER TO "%s" (e assim as outras)`,
				user,
			),
		)
	}
	d.ok(stageRights, "ler, gravar e criar tabelas no esquema "+space)
	return nil
}

// settingsPostgres reports the settings that texts, times and commits depend on.
// The ones that would damage data are refused at login already.
func (d *examiner) settingsPostgres() error {
	f := d.facts
	if f.charset != "UTF8" {
		return d.refuse(stageSettings, engine.MotivoCodificacao, "o banco guarda textos em "+f.charset+", que não tem todas as letras",
			"crie um banco com ENCODING 'UTF8' (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0) e copie os dados para ele")
	}
	d.ok(stageSettings, "textos em UTF8")
	if !f.syncs {
		d.warn(
			stageSettings,
			reasonDurability,
			"o servidor confirma gravações antes de guardá-las no disco (fsync ou synchronous_commit desligado)",
			"ligue fsync e synchronous_commit no servidor: sem eles, uma queda de energia apaga o que já foi confirmado",
		)
	}
	d.zone(`ALTER DATABASE "` + d.t.Banco + `" SET timezone TO 'UTC'`)
	return nil
}

// zone mentions a server that does not think in UTC.
func (d *examiner) zone(statement string) {
	if engine.IsUTC(d.facts.timeZone) {
		return
	}
	d.warn(stageSettings, reasonZone, "o fuso do servidor é "+d.facts.timeZone+", e os horários do banco são em UTC",
		"o monitor não depende disso; para que outros programas não errem a hora: "+statement)
}
