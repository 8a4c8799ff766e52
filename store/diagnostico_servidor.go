package store

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
func (d *diagnostico) server(ctx context.Context) (schema.State, error) {
	d.provider()
	if err := d.network(ctx); err != nil {
		return "", err
	}
	err := within(ctx, loginPor, d.login)
	if err != nil || d.db == nil {
		return d.estado, err
	}
	defer d.db.Close()
	for _, stage := range []func(context.Context) error{
		d.motor, d.pooler, d.direitos, d.ajustes, d.esquema, d.tabelas, d.escrita, d.relogio, d.distance, d.disco, d.seguranca, d.etapa, d.chave,
	} {
		if err := within(ctx, fasePor, stage); err != nil {
			return d.estado, err
		}
	}
	return d.estado, nil
}

// provider tells what is worth knowing of who runs the server.
func (d *diagnostico) provider() {
	switch {
	case d.t.Encerrado() != "":
		d.warn(faseProvedor, motivoEncerrado, d.t.Provedor, d.t.Encerrado())
	case d.t.Provedor != "":
		d.ok(faseProvedor, strings.Join(append([]string{d.t.Provedor}, d.t.Dicas...), "; "))
	}
}

// network reaches the server's port and forms the encrypted connection, without
// a driver, so that each cause has its own name.
func (d *diagnostico) network(ctx context.Context) error {
	conn, err := d.reach(ctx)
	if err != nil {
		return err
	}
	return within(ctx, tlsPor, func(ctx context.Context) error { return d.secure(ctx, conn) })
}

// reach finds the server by its name and connects to its port.
func (d *diagnostico) reach(ctx context.Context) (conn net.Conn, err error) {
	var list []netip.Addr
	err = within(ctx, nomePor, func(ctx context.Context) (err error) {
		list, err = d.addresses(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = within(ctx, redePor, func(ctx context.Context) (err error) {
		conn, err = d.connect(ctx, list)
		return err
	})
	return conn, err
}

// stageOf is the stage that a failure at login belongs to; without an entry it
// is the login itself.
var stageOf = map[string]string{
	engine.MotivoDireito: faseBanco, engine.MotivoBarraInvertida: faseAjustes, engine.MotivoCodificacao: faseAjustes, engine.MotivoDatas: faseAjustes,
	engine.MotivoSemTLS: faseTLS, engine.MotivoExigeTLS: faseTLS, engine.MotivoTLS: faseTLS,
}

const loginRemedio = "confira endereço, porta, usuário e senha na URL"

// login enters the database. A database that does not exist is no failure where
// setup may create it; d.db stays nil then.
func (d *diagnostico) login(ctx context.Context) error {
	db, err := engine.Open(ctx, d.t)
	if err != nil {
		return d.fail(faseLogin, err, loginRemedio)
	}
	d.fatos.inicio = time.Now()
	err = db.Reader().Get(ctx, []any{&d.fatos.versao}, "SELECT version()")
	if err == nil {
		d.ok(faseLogin, "o servidor aceitou o usuário "+d.t.Usuario)
		d.ok(faseBanco, "o banco "+d.t.Banco+" existe")
		d.db = db
		return nil
	}
	_ = db.Close()
	switch motivo := engine.Motivo(err); motivo {
	case engine.MotivoBancoAusente:
		return d.missing(ctx)
	case engine.MotivoSemResposta, "":
		if d.speaksOther(ctx) {
			err = engine.ErrOutroProtocolo
		}
		return d.fail(faseLogin, err, loginRemedio)
	case engine.MotivoInterrompido:
		return d.refuse(faseLogin, motivoPooler, "a entrada foi recusada sem dizer o motivo, como fazem os poolers",
			"confira o usuário, a senha e o nome do banco na URL; se estão certos, o servidor atrás do pooler pode estar fora do ar")
	case engine.MotivoSenha, engine.MotivoMaquinaRecusada:
		if d.t.TLS == engine.TLSNenhum && d.entersWithTLS(ctx) {
			return d.refuse(faseTLS, engine.MotivoExigeTLS, "o servidor só aceita este usuário com TLS", "troque na URL para sslmode=verify-full (ou tire sslmode=disable)")
		}
		return d.fail(faseLogin, err, loginRemedio)
	case engine.MotivoDireito:
		return d.refuse(faseBanco, motivo, "o usuário "+d.t.Usuario+" não pode entrar no banco "+d.t.Banco+", ou o banco não existe", d.grantRemedio())
	default:
		codigo, ok := stageOf[motivo]
		if !ok {
			codigo = faseLogin
		}
		return d.fail(codigo, err, loginRemedio)
	}
}

// speaksOther recognises a URL that says postgresql:// for a MySQL server, or the
// reverse: each waits for the other to speak.
func (d *diagnostico) speaksOther(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outroPor)
	defer cancel()
	quiet := *d
	quiet.report = func(Fase) {}
	conn, err := quiet.reach(ctx)
	return err == nil && d.t.SpeaksOther(ctx, conn)
}

// entersWithTLS tells a server that wants TLS, which some say as if the password
// were wrong.
func (d *diagnostico) entersWithTLS(ctx context.Context) bool {
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
func (d *diagnostico) missing(ctx context.Context) error {
	may := false
	admin, err := engine.Open(ctx, d.t.Maintenance())
	if err == nil {
		may, err = admin.MayCreateDatabase(ctx)
		_ = admin.Close()
	}
	if err == nil && may {
		d.ok(faseLogin, "o servidor aceitou o usuário "+d.t.Usuario)
		d.warn(faseBanco, motivoCriar, "o banco "+d.t.Banco+" ainda não existe", "monitor setup o cria")
		d.estado = schema.Missing
		return nil
	}
	return d.refuse(faseBanco, engine.MotivoBancoAusente, "o banco "+d.t.Banco+" não existe, e o usuário "+d.t.Usuario+" não pode criá-lo",
		"crie o banco no painel do provedor (ou peça a quem administra: CREATE DATABASE), ou confira o nome na URL")
}

func (d *diagnostico) grantRemedio() string {
	if d.t.Kind == engine.MySQL {
		return fmt.Sprintf("peça a quem administra: CREATE DATABASE IF NOT EXISTS `%[1]s` CHARACTER SET utf8mb4; GRANT ALL ON `%[1]s`.* TO '%[2]s'@'%%'", d.t.Banco, d.t.Usuario)
	}
	return fmt.Sprintf(`peça a quem administra: GRANT CONNECT, CREATE ON DATABASE "%s" TO "%s"; GRANT CREATE ON SCHEMA public TO "%[2]s"`, d.t.Banco, d.t.Usuario)
}

// fatos are what a server says of itself.
type fatos struct {
	inicio      time.Time // of the login
	produto     string    // the engine as its makers name it
	versao      string
	numero      int    // of the version, as hundreds: 1500 for PostgreSQL 15, 1011 for MariaDB 10.11
	esquema     string // of PostgreSQL, where our tables are or will be
	codificacao string
	fuso        string
	modoSessao  string // sql_mode of MySQL, in our connections
	modoGlobal  string // sql_mode of MySQL, in those of others
	replica     bool
	duravel     bool
	cria        bool // CREATE in the schema, PostgreSQL
	segundos    float64
	antes       time.Time // between this and depois the server read its clock
	depois      time.Time
	bytes       int64
	lidos       bool // all of the above but versao
}

// product names the engine as its makers do, from what version() says.
func product(kind engine.Kind, version string) (nome string, minimo int, testado bool) {
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

// motor judges engine and version, and reads what the server says of itself.
func (d *diagnostico) motor(ctx context.Context) error {
	nome, minimo, testado := product(d.t.Kind, d.fatos.versao)
	d.fatos.produto = nome
	d.fatos.numero, d.fatos.versao = readVersion(d.fatos.versao)
	switch {
	case d.fatos.numero < minimo:
		return d.refuse(faseMotor, motivoVersaoAntiga, fmt.Sprintf("%s %s é antigo demais", nome, d.fatos.versao),
			"atualize o servidor: PostgreSQL 13, MySQL 8.0 ou MariaDB 10.6, ou mais novos")
	case !testado:
		d.warn(faseMotor, motivoNaoTestado, nome+": o monitor não foi testado com este motor", "prefira PostgreSQL, MySQL ou MariaDB; se usar este, ensaie antes com uma cópia")
	default:
		d.ok(faseMotor, nome+" "+d.fatos.versao)
	}
	read := d.factsPostgres
	if d.t.Kind == engine.MySQL {
		read = d.factsMySQL
	}
	if err := read(ctx); err != nil {
		if errors.Is(err, fault.ErrUnavailable) || ctx.Err() != nil {
			return d.fail(faseMotor, err, loginRemedio)
		}
		d.warn(faseAjustes, motivoNaoTestado, "o servidor não contou os seus ajustes", "siga adiante se o motor for compatível; os ajustes não foram conferidos")
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
func (d *diagnostico) pooler(ctx context.Context) error {
	way, err := d.db.Caminho(ctx)
	if err != nil {
		return d.fail(fasePooler, err, loginRemedio)
	}
	switch {
	case way == engine.CaminhoTransacao:
		d.ok(fasePooler, "pooler em modo transação: o monitor trabalha bem com ele")
	case way == engine.CaminhoSessao:
		d.ok(fasePooler, "um intermediário (proxy, ou pooler em modo sessão) atende antes do servidor; o monitor trabalha bem com ele")
	case d.t.Kind == engine.MySQL && d.t.Provedor == "PlanetScale":
		d.ok(fasePooler, "pooler próprio do provedor")
	default:
		d.ok(fasePooler, "conexão direta")
	}
	return nil
}

// pings is how often the distance is measured; the best counts.
const pings = 3

const longeDemais = 80 * time.Millisecond

// distance measures a round trip.
func (d *diagnostico) distance(ctx context.Context) error {
	best := time.Hour
	for range pings {
		start := time.Now()
		if err := d.db.Ping(ctx); err != nil {
			return d.fail(faseIdaVolta, err, loginRemedio)
		}
		best = min(best, time.Since(start))
	}
	text := fmt.Sprintf("%d ms até o servidor", best.Milliseconds())
	if best > longeDemais {
		d.warn(faseIdaVolta, motivoLonge, text, "escolha uma região mais próxima no provedor (no Brasil: São Paulo, sa-east-1), ou rode o monitor serve perto do banco")
		return nil
	}
	d.ok(faseIdaVolta, text)
	return nil
}

const relogioTolerado = 5 * time.Second

// relogio compares the server's clock with ours.
func (d *diagnostico) relogio(context.Context) error {
	f := d.fatos
	if !f.lidos {
		return nil
	}
	server := time.UnixMicro(int64(f.segundos * 1e6))
	skew := server.Sub(f.antes.Add(f.depois.Sub(f.antes) / 2))
	if skew.Abs() <= relogioTolerado+f.depois.Sub(f.antes)/2 {
		d.ok(faseRelogio, fmt.Sprintf("diferença de %.1f s para o servidor", skew.Abs().Seconds()))
		return nil
	}
	side := "adiantado"
	if skew < 0 {
		side = "atrasado"
	}
	d.warn(faseRelogio, motivoRelogio, fmt.Sprintf("o relógio do servidor está %s %s em relação ao desta máquina", skew.Abs().Round(time.Second), side),
		"acerte o relógio desta máquina (ligue a hora automática, NTP): sessões expiram e a auditoria é datada por ele")
	return nil
}

// disco tells how much the database takes; a server does not tell how much is left.
func (d *diagnostico) disco(context.Context) error {
	if d.fatos.lidos {
		d.ok(faseDisco, "o banco ocupa "+say.Bytes(d.fatos.bytes)+"; o espaço livre só aparece no painel do servidor")
	}
	return nil
}
