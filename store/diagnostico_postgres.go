package store

import (
	"context"
	"fmt"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/schema"
)

const fatosPostgres = `SELECT current_setting('server_version_num')::int / 100, coalesce(current_schema(), ''),
	(SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()), (SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'),
	pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on',
	current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off',
	coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
	extract(epoch FROM clock_timestamp())::float8, pg_database_size(current_database())`

func (d *diagnostico) factsPostgres(ctx context.Context) error {
	f := &d.fatos
	f.antes = d.cfg.Now()
	err := d.db.Reader().Get(ctx, []any{&f.numero, &f.esquema, &f.codificacao, &f.fuso, &f.replica, &f.duravel, &f.cria, &f.segundos, &f.bytes}, fatosPostgres)
	f.depois, f.lidos = d.cfg.Now(), err == nil
	return err
}

// tabela is what the user may do with a table of ours.
type tabela struct {
	Nome string `bun:"nome"`
	Dono bool   `bun:"dono"`
	Usa  bool   `bun:"usa"`
}

const tabelasPostgres = `SELECT c.relname AS nome, pg_has_role(current_user, c.relowner, 'USAGE') AS dono,
	has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE') AS usa
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relname IN (?, ?, ?, ?, ?, ?, 'monitor_migracoes') ORDER BY c.relname`

// direitosPostgres wants CREATE only where something is still to be created.
func (d *diagnostico) direitosPostgres(ctx context.Context) error {
	var list []tabela
	if err := d.db.Reader().All(ctx, &list, tabelasPostgres, schema.SixArgs()...); err != nil {
		return d.fail(faseDireitos, err, d.grantRemedio())
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
	user, space := d.t.Usuario, d.fatos.esquema
	change := d.estado != schema.Current
	switch {
	case d.fatos.replica:
		return d.refuse(faseDireitos, engine.MotivoSoLeitura, "o servidor está somente para leitura", "aponte a URL para o servidor principal, não para uma réplica; se a cota do plano acabou, aumente-a no painel")
	case len(unused) > 0:
		return d.refuse(faseDireitos, engine.MotivoDireito, "o usuário "+user+" não pode ler e gravar em "+strings.Join(unused, ", "),
			fmt.Sprintf(`como dono das tabelas: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "%s" TO "%s"; GRANT USAGE ON ALL SEQUENCES IN SCHEMA "%[1]s" TO "%[2]s"`, space, user))
	case space == "":
		return d.refuse(faseDireitos, engine.MotivoDireito, "nenhum esquema do search_path existe ou está ao alcance do usuário "+user, `como dono do banco: GRANT USAGE, CREATE ON SCHEMA public TO "`+user+`"`)
	case change && !d.fatos.cria:
		return d.refuse(faseDireitos, engine.MotivoDireito, "o usuário "+user+" não pode criar tabelas no esquema "+space, fmt.Sprintf(`como dono do banco: GRANT CREATE ON SCHEMA "%s" TO "%s"`, space, user))
	case change && len(foreign) > 0:
		return d.refuse(faseDireitos, motivoDonoDasTabelas, "as tabelas são de outro usuário, e só o dono pode acrescentar índices: "+strings.Join(foreign, ", "),
			fmt.Sprintf(`faça o setup com o usuário dono das tabelas, ou, como ele: ALTER TABLE clientes OWNER TO "%s" (e assim as outras)`, user))
	}
	d.ok(faseDireitos, "ler, gravar e criar tabelas no esquema "+space)
	return nil
}

// ajustesPostgres reports the settings that texts, times and commits depend on.
// The ones that would damage data are refused at login already.
func (d *diagnostico) ajustesPostgres() error {
	f := d.fatos
	if f.codificacao != "UTF8" {
		return d.refuse(faseAjustes, engine.MotivoCodificacao, "o banco guarda textos em "+f.codificacao+", que não tem todas as letras",
			"crie um banco com ENCODING 'UTF8' (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0) e copie os dados para ele")
	}
	d.ok(faseAjustes, "textos em UTF8")
	if !f.duravel {
		d.warn(faseAjustes, motivoDurabilidade, "o servidor confirma gravações antes de guardá-las no disco (fsync ou synchronous_commit desligado)",
			"ligue fsync e synchronous_commit no servidor: sem eles, uma queda de energia apaga o que já foi confirmado")
	}
	d.zone(`ALTER DATABASE "` + d.t.Banco + `" SET timezone TO 'UTC'`)
	return nil
}

// zone mentions a server that does not think in UTC.
func (d *diagnostico) zone(statement string) {
	if engine.IsUTC(d.fatos.fuso) {
		return
	}
	d.warn(faseAjustes, motivoFuso, "o fuso do servidor é "+d.fatos.fuso+", e os horários do banco são em UTC",
		"o monitor não depende disso; para que outros programas não errem a hora: "+statement)
}
