package diagnose

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/say"
	"example.com/monitor/store/schema"
)

// server examines a database server from the name to the last right.
func (d *examiner) server(ctx context.Context) (schema.State, error) {
	d.provider()
	if err := d.network(ctx); err != nil {
		return "", err
	}
	err := within(ctx, loginFor, d.login)
	if err != nil || d.db == nil {
		return d.state, err
	}
	defer d.db.Close()
	for _, stage := range []func(context.Context) error{
		d.product, d.pooler, d.rights, d.settings, d.schema, d.tables, d.write, d.clock, d.distance, d.disk, d.security, d.cutover, d.key,
	} {
		if err := within(ctx, stageFor, stage); err != nil {
			return d.state, err
		}
	}
	return d.state, nil
}

// provider tells what is worth knowing of who runs the server.
func (d *examiner) provider() {
	switch {
	case d.t.Encerrado() != "":
		d.warn(stageProvider, reasonClosed, d.t.Provedor, d.t.Encerrado())
	case d.t.Provedor != "":
		d.ok(stageProvider, strings.Join(append([]string{d.t.Provedor}, d.t.Dicas...), "; "))
	}
}

// network reaches the server's port and forms the encrypted connection, without
// a driver, so that each cause has its own name.
func (d *examiner) network(ctx context.Context) error {
	conn, err := d.reach(ctx)
	if err != nil {
		return err
	}
	return within(ctx, tlsFor, func(ctx context.Context) error { return d.secure(ctx, conn) })
}

// reach finds the server by its name and connects to its port.
func (d *examiner) reach(ctx context.Context) (conn net.Conn, err error) {
	var list []netip.Addr
	err = within(ctx, nameFor, func(ctx context.Context) (err error) {
		list, err = d.addresses(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = within(ctx, networkFor, func(ctx context.Context) (err error) {
		conn, err = d.connect(ctx, list)
		return err
	})
	return conn, err
}

// stageOf is the stage that a failure at login belongs to; without an entry it
// is the login itself.
var stageOf = map[string]string{
	engine.MotivoDireito: stageDatabase, engine.MotivoBarraInvertida: stageSettings, engine.MotivoCodificacao: stageSettings, engine.MotivoDatas: stageSettings,
	engine.MotivoSemTLS: stageTLS, engine.MotivoExigeTLS: stageTLS, engine.MotivoTLS: stageTLS,
}

const loginRemedy = "confira endereço, porta, usuário e senha na URL"

// login enters the database. A database that does not exist is no failure where
// setup may create it; d.db stays nil then.
func (d *examiner) login(ctx context.Context) error {
	db, err := engine.Open(ctx, d.t)
	if err != nil {
		return d.fail(stageLogin, err, loginRemedy)
	}
	d.facts.inicio = time.Now()
	err = db.Reader().Get(ctx, []any{&d.facts.versao}, "SELECT version()")
	if err == nil {
		d.ok(stageLogin, "o servidor aceitou o usuário "+d.t.Usuario)
		d.ok(stageDatabase, "o banco "+d.t.Banco+" existe")
		d.db = db
		return nil
	}
	_ = db.Close()
	switch reason := engine.Motivo(err); reason {
	case engine.MotivoBancoAusente:
		return d.missing(ctx)
	case engine.MotivoSemResposta, "":
		if d.speaksOther(ctx) {
			err = engine.ErrOutroProtocolo
		}
		return d.fail(stageLogin, err, loginRemedy)
	case engine.MotivoInterrompido:
		return d.refuse(stageLogin, reasonPooler, "a entrada foi recusada sem dizer o motivo, como fazem os poolers",
			"confira o usuário, a senha e o nome do banco na URL; se estão certos, o servidor atrás do pooler pode estar fora do ar")
	case engine.MotivoSenha, engine.MotivoMaquinaRecusada:
		if d.t.TLS == engine.TLSNenhum && d.entersWithTLS(ctx) {
			return d.refuse(
				stageTLS,
				engine.MotivoExigeTLS,
				"o servidor só aceita este usuário com TLS",
				"troque na URL para sslmode=verify-full (ou tire sslmode=disable)",
			)
		}
		return d.fail(stageLogin, err, loginRemedy)
	case engine.MotivoDireito:
		return d.refuse(
			stageDatabase,
			reason,
			"o usuário "+d.t.Usuario+" não pode entrar no banco "+d.t.Banco+", ou o banco não existe",
			d.grantRemedy(),
		)
	default:
		code, ok := stageOf[reason]
		if !ok {
			code = stageLogin
		}
		return d.fail(code, err, loginRemedy)
	}
}

// speaksOther recognises a URL that says postgresql:// for a MySQL server, or the
// reverse: each waits for the other to speak.
func (d *examiner) speaksOther(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), otherFor)
	defer cancel()
	quiet := *d
	quiet.report = func(Fase) {}
	conn, err := quiet.reach(ctx)
	return err == nil && d.t.SpeaksOther(ctx, conn)
}

// entersWithTLS tells a server that wants TLS, which some say as if the password
// were wrong.
func (d *examiner) entersWithTLS(ctx context.Context) bool {
	t := d.t
	t.TLS = engine.TLSSemVerificacao
	db, err := engine.Open(ctx, t)
	if err != nil {
		return false
	}
	defer db.Close()
	return db.Ping(ctx) == nil
}

// missing says whether the database could be created.
func (d *examiner) missing(ctx context.Context) error {
	may := false
	admin, err := engine.Open(ctx, d.t.Maintenance())
	if err == nil {
		may, err = admin.MayCreateDatabase(ctx)
		_ = admin.Close()
	}
	if err == nil && may {
		d.ok(stageLogin, "o servidor aceitou o usuário "+d.t.Usuario)
		d.warn(stageDatabase, reasonToCreate, "o banco "+d.t.Banco+" ainda não existe", "monitor setup o cria")
		d.state = schema.Missing
		return nil
	}
	return d.refuse(
		stageDatabase,
		engine.MotivoBancoAusente,
		"o banco "+d.t.Banco+" não existe, e o usuário "+d.t.Usuario+" não pode criá-lo",
		"crie o banco no painel do provedor (ou peça a quem administra: CREATE DATABASE), ou confira o nome na URL",
	)
}

func (d *examiner) grantRemedy() string {
	if d.t.Kind == engine.MySQL {
		return fmt.Sprintf(
			"peça a quem administra: CREATE DATABASE IF NOT EXISTS `%[1]s` CHARACTER SET utf8mb4; GRANT ALL ON `%[1]s`.* TO '%[2]s'@'%%'",
			d.t.Banco,
			d.t.Usuario,
		)
	}
	return fmt.Sprintf(
		`peça a quem administra: GRANT CONNECT, CREATE ON DATABASE "%s" TO "%s"; GRANT CREATE ON SCHEMA public TO "%[2]s"`,
		d.t.Banco,
		d.t.Usuario,
	)
}

// facts are what a server says of itself.
type facts struct {
	inicio      time.Time // of the login
	made        string    // the engine as its makers name it
	versao      string
	number      int    // of the version, as hundreds: 1500 for PostgreSQL 15, 1011 for MariaDB 10.11
	schema      string // of PostgreSQL, where our tables are or will be
	charset     string
	timeZone    string
	sessionMode string // sql_mode of MySQL, in our connections
	globalMode  string // sql_mode of MySQL, in those of others
	replica     bool
	syncs       bool
	creates     bool // CREATE in the schema, PostgreSQL
	segundos    float64
	before      time.Time // between this and depois the server read its clock
	after       time.Time
	bytes       int64
	known       bool // all of the above but versao
}

// product names the engine as its makers do, from what version() says.
func product(kind engine.Kind, version string) (name string, least int, tested bool) {
	v := strings.ToLower(version)
	switch {
	case strings.Contains(v, "cockroach"):
		return "CockroachDB", 0, false
	case strings.Contains(v, "mariadb"):
		return "MariaDB", 1006, true
	case strings.Contains(v, "vitess"), strings.Contains(v, "tidb"):
		return "MySQL (" + version + ")", 0, false
	case kind == engine.MySQL:
		return "MySQL", 800, true
	default:
		return "PostgreSQL", 1300, true
	}
}

// product judges engine and version, and reads what the server says of itself.
func (d *examiner) product(ctx context.Context) error {
	name, least, tested := product(d.t.Kind, d.facts.versao)
	d.facts.made = name
	d.facts.number, d.facts.versao = readVersion(d.facts.versao)
	switch {
	case d.facts.number < least:
		return d.refuse(stageEngine, reasonOldVersion, fmt.Sprintf("%s %s é antigo demais", name, d.facts.versao),
			"atualize o servidor: PostgreSQL 13, MySQL 8.0 ou MariaDB 10.6, ou mais novos")
	case !tested:
		d.warn(
			stageEngine,
			reasonUntested,
			name+": o monitor não foi testado com este motor",
			"prefira PostgreSQL, MySQL ou MariaDB; se usar este, ensaie antes com uma cópia",
		)
	default:
		d.ok(stageEngine, name+" "+d.facts.versao)
	}
	read := d.askPostgres
	if d.t.Kind == engine.MySQL {
		read = d.askMySQL
	}
	if err := read(ctx); err != nil {
		if errors.Is(err, fault.ErrUnavailable) || ctx.Err() != nil {
			return d.fail(stageEngine, err, loginRemedy)
		}
		d.warn(
			stageSettings,
			reasonUntested,
			"o servidor não contou os seus ajustes",
			"siga adiante se o motor for compatível; os ajustes não foram conferidos",
		)
	}
	return nil
}

// readVersion finds the first number with a point in what version() says.
func readVersion(text string) (hundreds int, shown string) {
	for word := range strings.FieldsSeq(text) {
		var major, minor int
		if n, _ := fmt.Sscanf(word, "%d.%d", &major, &minor); n == 2 {
			shown, _, _ = strings.Cut(word, "-")
			return major*100 + minor, shown
		}
		if n, _ := fmt.Sscanf(word, "%d", &major); n == 1 {
			return major * 100, word
		}
	}
	return 0, text
}

// pooler finds out what stands before the server.
func (d *examiner) pooler(ctx context.Context) error {
	way, err := d.db.Caminho(ctx)
	if err != nil {
		return d.fail(stagePooler, err, loginRemedy)
	}
	switch {
	case way == engine.CaminhoTransacao:
		d.ok(stagePooler, "pooler em modo transação: o monitor trabalha bem com ele")
	case way == engine.CaminhoSessao:
		d.ok(stagePooler, "um intermediário (proxy, ou pooler em modo sessão) atende antes do servidor; o monitor trabalha bem com ele")
	case d.t.Kind == engine.MySQL && d.t.Provedor == "PlanetScale":
		d.ok(stagePooler, "pooler próprio do provedor")
	default:
		d.ok(stagePooler, "conexão direta")
	}
	return nil
}

// pings is how often the distance is measured; the best counts.
const pings = 3

const tooFar = 80 * time.Millisecond

// distance measures a round trip.
func (d *examiner) distance(ctx context.Context) error {
	best := time.Hour
	for range pings {
		start := time.Now()
		if err := d.db.Ping(ctx); err != nil {
			return d.fail(stageRoundTrip, err, loginRemedy)
		}
		best = min(best, time.Since(start))
	}
	text := fmt.Sprintf("%d ms até o servidor", best.Milliseconds())
	if best > tooFar {
		d.warn(
			stageRoundTrip,
			reasonFar,
			text,
			"escolha uma região mais próxima no provedor (no Brasil: São Paulo, sa-east-1), ou rode o monitor serve perto do banco",
		)
		return nil
	}
	d.ok(stageRoundTrip, text)
	return nil
}

const clockTolerance = 5 * time.Second

// clock compares the server's clock with ours.
func (d *examiner) clock(context.Context) error {
	f := d.facts
	if !f.known {
		return nil
	}
	server := time.UnixMicro(int64(f.segundos * 1e6))
	skew := server.Sub(f.before.Add(f.after.Sub(f.before) / 2))
	if skew.Abs() <= clockTolerance+f.after.Sub(f.before)/2 {
		d.ok(stageClock, fmt.Sprintf("diferença de %.1f s para o servidor", skew.Abs().Seconds()))
		return nil
	}
	side := "adiantado"
	if skew < 0 {
		side = "atrasado"
	}
	d.warn(
		stageClock,
		reasonClock,
		fmt.Sprintf("o relógio do servidor está %s %s em relação ao desta máquina", skew.Abs().Round(time.Second), side),
		"acerte o relógio desta máquina (ligue a hora automática, NTP): sessões expiram e a auditoria é datada por ele",
	)
	return nil
}

// disk tells how much the database takes; a server does not tell how much is left.
func (d *examiner) disk(context.Context) error {
	if d.facts.known {
		d.ok(stageDisk, "o banco ocupa "+say.Bytes(d.facts.bytes)+"; o espaço livre só aparece no painel do servidor")
	}
	return nil
}
