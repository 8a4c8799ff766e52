package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/migrations"
)

// The outcomes of a stage.
const (
	FaseOK    = "ok"
	FaseAviso = "aviso"
	FaseErro  = "erro"
)

// Fase is one finished stage of a diagnosis.
type Fase struct {
	Codigo  string `json:"codigo"`            // stable, e.g. "arquivo", "esquema"
	Nome    string `json:"nome"`              // for people
	Estado  string `json:"estado"`            // FaseOK, FaseAviso or FaseErro
	Detalhe string `json:"detalhe"`           // what was found
	Remedio string `json:"remedio,omitempty"` // what to do; never empty with FaseErro
}

// Plano is what Prepare would do.
type Plano struct {
	Estado SchemaState `json:"estado"`
	Linhas int64       `json:"linhas"` // clients already there
	SQL    []string    `json:"sql"`
}

// Plan tells what Prepare would do. It changes nothing; the file must exist.
func Plan(ctx context.Context, cfg Config) (Plano, error) {
	var p Plano
	db, err := openBare(ctx, cfg)
	if err != nil {
		return p, err
	}
	defer db.Close()
	if p.Estado, err = schemaState(ctx, db); err != nil {
		return p, err
	}
	versao, err := db.Versao(ctx)
	if err != nil {
		return p, err
	}
	p.SQL = db.Statements(versao)
	if p.Estado != SchemaMissing && p.Estado != SchemaAlien {
		err = db.Reader().Get(ctx, []any{&p.Linhas}, "SELECT count(*) FROM clientes")
	}
	return p, err
}

// openBare opens for looking, whatever the schema.
func openBare(ctx context.Context, cfg Config) (*engine.DB, error) {
	target, err := engine.ParseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if err := requireFile(target, false); err != nil {
		return nil, err
	}
	return engine.Open(ctx, target)
}

// Prepare creates the database or brings its schema up to date, and fills the
// search index. progress may be nil; it is told how many clients are indexed.
func Prepare(ctx context.Context, cfg Config, progress func(feitos, total int)) error {
	cfg.Create = true
	s, err := Open(ctx, cfg)
	if err != nil {
		return err
	}
	if s.db.Kind == engine.SQLite { // servers fill their column themselves
		err = s.indice.drain(ctx, progress)
	}
	return errors.Join(err, s.Close())
}

// Diagnose looks at the database in stages without changing anything and
// reports each as it ends. It returns the state of the schema. An error stage
// ends the diagnosis and is also returned as the error.
func Diagnose(ctx context.Context, cfg Config, report func(Fase)) (SchemaState, error) {
	cfg = cfg.withDefaults()
	d := &diagnostico{cfg: cfg, report: report}
	target, err := engine.ParseURL(cfg.URL)
	if err != nil {
		return "", d.fail("url", "URL do banco", err, "corrija a URL com --banco, MONITOR_BANCO ou DATABASE_URL")
	}
	d.ok("url", "URL do banco", fmt.Sprintf("%s em %s", nomeMotor(target.Kind), target.Nome))
	if target.Kind != engine.SQLite {
		return d.remote(ctx, target)
	}
	return d.sqlite(ctx, target)
}

func nomeMotor(k engine.Kind) string {
	if k == engine.SQLite {
		return "SQLite"
	}
	return "PostgreSQL"
}

type diagnostico struct {
	cfg    Config
	report func(Fase)
}

func (d *diagnostico) ok(codigo, nome, detalhe string) {
	d.report(Fase{Codigo: codigo, Nome: nome, Estado: FaseOK, Detalhe: detalhe})
}

func (d *diagnostico) warn(codigo, nome, detalhe, remedio string) {
	d.report(Fase{Codigo: codigo, Nome: nome, Estado: FaseAviso, Detalhe: detalhe, Remedio: remedio})
}

func (d *diagnostico) fail(codigo, nome string, err error, remedio string) error {
	var u *engine.UnavailableError
	if errors.As(err, &u) && u.Remedio != "" {
		remedio = u.Remedio
	}
	d.report(Fase{Codigo: codigo, Nome: nome, Estado: FaseErro, Detalhe: err.Error(), Remedio: remedio})
	return err
}

func (d *diagnostico) sqlite(ctx context.Context, target engine.Target) (SchemaState, error) {
	info, err := os.Stat(target.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return SchemaMissing, d.folder(filepath.Dir(target.Path))
	}
	if err != nil {
		return "", d.fail("arquivo", "Arquivo", &engine.UnavailableError{Causa: "o arquivo não pôde ser lido"}, "confira as permissões de "+target.Path)
	}
	if info.IsDir() {
		return "", d.fail("arquivo", "Arquivo", &engine.UnavailableError{Causa: target.Path + " é uma pasta"}, "informe o arquivo do banco, por exemplo sqlite:///data/clientes.db")
	}
	if f, err := os.OpenFile(target.Path, os.O_RDWR, 0); err != nil {
		return "", d.fail("arquivo", "Arquivo", &engine.UnavailableError{Causa: "o arquivo só permite leitura"}, "dê permissão de escrita ao arquivo e à pasta dele")
	} else if err := f.Close(); err != nil {
		return "", d.fail("arquivo", "Arquivo", &engine.UnavailableError{Causa: "o disco recusou o arquivo"}, "confira o disco")
	}
	if info.Mode().Perm()&0o077 != 0 {
		d.warn("arquivo", "Arquivo", fmt.Sprintf("%d KiB, legível por outros usuários desta máquina", info.Size()/1024), "restrinja com: chmod 600 "+target.Path)
	} else {
		d.ok("arquivo", "Arquivo", fmt.Sprintf("%d KiB, só o dono pode ler", info.Size()/1024))
	}
	return d.contents(ctx, target)
}

// folder checks that a missing file could be made.
func (d *diagnostico) folder(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err == nil && info.IsDir() {
			break
		}
		if err == nil || dir == filepath.Dir(dir) {
			return d.fail("arquivo", "Arquivo", &engine.UnavailableError{Causa: dir + " não é uma pasta"}, "escolha outro caminho com --banco")
		}
		dir = filepath.Dir(dir)
	}
	probe, err := os.CreateTemp(dir, ".monitor-*")
	if err != nil {
		return d.fail("arquivo", "Arquivo", &engine.UnavailableError{Causa: "a pasta " + dir + " não permite escrita"}, "dê permissão de escrita à pasta ou escolha outra com --banco")
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	d.ok("arquivo", "Arquivo", "ainda não existe; a pasta permite criá-lo")
	return nil
}

func (d *diagnostico) contents(ctx context.Context, target engine.Target) (SchemaState, error) {
	db, err := engine.Open(ctx, target)
	if err != nil {
		return "", d.fail("conexao", "Conexão", err, "confira o caminho do banco")
	}
	defer db.Close()
	var versao, jornal string
	if err := db.Reader().Get(ctx, []any{&versao}, "SELECT sqlite_version()"); err != nil {
		return "", d.fail("conexao", "Conexão", err, "confira o caminho do banco")
	}
	if err := db.Reader().Get(ctx, []any{&jornal}, "PRAGMA journal_mode"); err != nil {
		return "", d.fail("conexao", "Conexão", err, "confira o caminho do banco")
	}
	d.ok("conexao", "Conexão", "SQLite "+versao+", diário "+jornal)
	return d.schema(ctx, db)
}

func (d *diagnostico) schema(ctx context.Context, db *engine.DB) (SchemaState, error) {
	state, err := schemaState(ctx, db)
	if err != nil {
		return "", d.fail("esquema", "Esquema", err, "confira se o arquivo é mesmo o banco do monitor")
	}
	switch state {
	case SchemaCurrent:
		d.ok("esquema", "Esquema", fmt.Sprintf("versão %d, em dia", migrations.Versao()))
	case SchemaNewer:
		return state, d.fail("esquema", "Esquema", &SchemaError{Estado: state, Banco: db.Target.Nome}, "instale a versão mais nova do monitor")
	case SchemaAlien:
		return state, d.fail("esquema", "Esquema", &SchemaError{Estado: state, Banco: db.Target.Nome}, "informe outro arquivo com --banco, por exemplo sqlite:///data/clientes.db")
	case SchemaForeign:
		d.warn("esquema", "Esquema", "tabelas do sistema antigo, ainda não adotadas", "monitor setup mostra o plano e adota o banco sem perder nada")
	case SchemaBehind:
		d.warn("esquema", "Esquema", "feito por uma versão anterior do monitor", "monitor setup atualiza o esquema")
	case SchemaMissing:
		d.warn("esquema", "Esquema", "o banco ainda está vazio", "monitor setup cria as tabelas")
	}
	return state, nil
}

var errSoDiagnostico = &engine.UnavailableError{
	Causa:   "esta versão do monitor ainda só guarda dados em SQLite",
	Remedio: "use sqlite:///data/clientes.db até a versão com PostgreSQL",
}

// remote connects to a server and says honestly that this version keeps no data
// there yet.
func (d *diagnostico) remote(ctx context.Context, target engine.Target) (SchemaState, error) {
	db, err := engine.Open(ctx, target)
	if err != nil {
		return "", d.fail("conexao", "Conexão", err, "confira endereço, porta, usuário e senha na URL")
	}
	defer db.Close()
	var versao string
	if err := db.Reader().Get(ctx, []any{&versao}, "SHOW server_version"); err != nil {
		return "", d.fail("conexao", "Conexão", err, "confira o servidor")
	}
	d.ok("conexao", "Conexão", "PostgreSQL "+versao)
	return "", d.fail("motor", "Motor", errSoDiagnostico, "")
}
