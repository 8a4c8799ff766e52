// Package diagnose examines a database in stages without changing anything: whether it can
// be reached, what it is, what the user may do there, how far the schema is, what is
// unsafe. Each stage ends with what was found and what to do.
package diagnose

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/trail"
)

// The outcomes of a stage.
const (
	FaseOK    = "ok"
	FaseAviso = "aviso"
	FaseErro  = "erro"
)

// Fase is one finished stage of a diagnosis.
type Fase struct {
	Codigo  string `json:"codigo"`            // of the stage, stable, e.g. "arquivo", "esquema"
	Nome    string `json:"nome"`              // for people
	Estado  string `json:"estado"`            // FaseOK, FaseAviso or FaseErro
	Motivo  string `json:"motivo,omitempty"`  // of a warning or error, stable, e.g. "porta_fechada"
	Detalhe string `json:"detalhe"`           // what was found
	Remedio string `json:"remedio,omitempty"` // what to do; never empty with FaseErro
}

// SemDireito says that the user of the URL is not allowed what was tried.
func (f Fase) SemDireito() bool {
	return f.Motivo == engine.MotivoDireito || f.Motivo == reasonTableOwner
}

// BancoACriar says that the server is there and the database is not, but may be
// created.
func (f Fase) BancoACriar() bool { return f.Motivo == reasonToCreate }

// The codes of the stages.
const (
	stageURL       = "url"
	stageFile      = "arquivo"
	stageProvider  = "provedor"
	stageName      = "nome"
	stageTCP       = "tcp"
	stageTLS       = "tls"
	stageLogin     = "login"
	stageDatabase  = "banco"
	stageEngine    = "motor"
	stagePooler    = "pooler"
	stageRights    = "direitos"
	stageSettings  = "ajustes"
	stageSchema    = "esquema"
	stageTables    = "tabelas"
	stageWrite     = "escrita"
	stageClock     = "relogio"
	stageRoundTrip = "ida_volta"
	stageDisk      = "disco"
	stageSecurity  = "seguranca"
	stageCutover   = "etapa"
	stageKey       = "chave_auditoria"
)

var stageNames = map[string]string{
	stageURL: "URL do banco", stageFile: "Arquivo", stageProvider: "Provedor", stageName: "Nome na rede", stageTCP: "Rede", stageTLS: "TLS",
	stageLogin: "Entrada", stageDatabase: "Banco", stageEngine: "Motor", stagePooler: "Pooler", stageRights: "Direitos", stageSettings: "Ajustes",
	stageSchema: "Esquema", stageTables: "Tabelas", stageWrite: "Gravação", stageClock: "Relógio", stageRoundTrip: "Ida e volta", stageDisk: "Espaço", stageSecurity: "Segurança",
	stageCutover: "Etapa da mudança", stageKey: "Auditoria",
}

// The reasons of warnings and errors that the engine does not know.
const (
	reasonSchema        = "esquema_" // and the state
	reasonInterrupted   = "migracao_interrompida"
	reasonPreparing     = "migracao_em_curso"
	reasonUndoing       = "retirada_interrompida"
	reasonOldVersion    = "versao_antiga"
	reasonUntested      = "nao_testado"
	reasonZone          = "fuso_horario"
	reasonDurability    = "durabilidade"
	reasonNoTableTimes  = "sem_hora_de_tabela"
	reasonClock         = "relogio_errado"
	reasonFar           = "longe"
	reasonPermission    = engine.MotivoPermissao
	reasonNoFile        = "nao_e_arquivo"
	reasonOpenFile      = "arquivo_aberto"
	reasonLittleSpace   = "pouco_espaco"
	reasonUnverified    = "tls_sem_verificacao"
	reasonNoTLS         = "tls_desligado"
	reasonDNS           = "dns_sem_resposta"
	reasonToCreate      = "banco_a_criar"
	reasonPooler        = "pooler_recusou"
	reasonExpiring      = "certificado_vencendo"
	reasonClosed        = "provedor_encerrado"
	motivoAdmin123      = "senha_padrao"
	reasonWeakHashes    = "senhas_fracas"
	reasonClearTokens   = "tokens_abertos"
	reasonLateTokens    = "tokens_depois_do_corte"
	reasonOpenTables    = "tabelas_abertas"
	reasonBackslash     = "barra_invertida_global"
	reasonUnsureRights  = "direitos_incertos"
	reasonTableOwner    = "dono_das_tabelas"
	reasonOtherKey      = "chave_alheia"
	reasonUnreadableKey = "chave_ilegivel"
	reasonForeignCode   = "codigo_de_outros"
)

// How long a diagnosis and its stages may take: whoever waits for an answer gets
// one within ten seconds, also from a host that swallows packets.
const (
	totalFor   = 8500 * time.Millisecond
	nameFor    = 3 * time.Second
	networkFor = 3 * time.Second
	tlsFor     = 4 * time.Second
	loginFor   = 6 * time.Second
	otherFor   = time.Second // beyond loginFor
	stageFor   = 4 * time.Second
)

// Run looks at the database in stages without changing anything and
// reports each as it ends. It returns the state of the schema. An error stage
// ends the diagnosis and is also returned as the error.
func Run(ctx context.Context, cfg Config, report func(Fase)) (schema.State, error) {
	d := &examiner{cfg: cfg, report: report}
	t, err := cfg.Target()
	if err != nil {
		return "", d.fail(stageURL, err, "corrija a URL com --banco, MONITOR_BANCO ou DATABASE_URL")
	}
	d.t = t
	d.ok(stageURL, engineNames[t.Kind]+" em "+t.Nome)
	if t.Kind == engine.SQLite {
		return d.sqlite(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, totalFor)
	defer cancel()
	return d.server(ctx)
}

var engineNames = map[engine.Kind]string{engine.SQLite: "SQLite", engine.Postgres: "PostgreSQL", engine.MySQL: "MySQL ou MariaDB"}

// Config is what an examination needs to know.
type Config struct {
	Target func() (engine.Target, error)
	Now    func() time.Time
	Zone   *time.Location
	// Lookup finds the addresses of a server; nil asks the system.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Trail  trail.Config
	// TellsTimes asks a MySQL whether it knows when its tables changed.
	TellsTimes func(ctx context.Context, q engine.Q) (bool, error)
}

// examiner is one examination of one database.
type examiner struct {
	cfg    Config
	report func(Fase)
	t      engine.Target
	db     *engine.DB
	state  schema.State
	facts  facts
}

func (d *examiner) ok(code, detail string) {
	d.report(Fase{Codigo: code, Nome: stageNames[code], Estado: FaseOK, Detalhe: detail})
}

func (d *examiner) warn(code, reason, detail, remedy string) {
	d.report(Fase{Codigo: code, Nome: stageNames[code], Estado: FaseAviso, Motivo: reason, Detalhe: detail, Remedio: remedy})
}

// refuse ends the diagnosis with a reason of the store's own.
func (d *examiner) refuse(code, reason, cause, remedy string) error {
	return d.end(
		Fase{Codigo: code, Motivo: reason, Detalhe: cause, Remedio: remedy},
		&engine.UnavailableError{Causa: cause, Remedio: remedy},
	)
}

// fail ends the diagnosis with an error; its own remedy is preferred to remedio.
func (d *examiner) fail(code string, err error, remedy string) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	f := Fase{Codigo: code, Motivo: engine.Motivo(err), Detalhe: err.Error(), Remedio: remedy}
	if errors.Is(err, context.DeadlineExceeded) {
		f.Motivo, f.Detalhe = engine.MotivoSemResposta, "o servidor não respondeu a tempo"
	}
	if u, ok := errors.AsType[*engine.UnavailableError](err); ok {
		f.Detalhe = u.Causa
		if u.Remedio != "" {
			f.Remedio = u.Remedio
		}
	}
	return d.end(f, err)
}

// end reports the stage that failed. Where the provider is no more, that is the
// cause of everything.
func (d *examiner) end(f Fase, err error) error {
	f.Nome, f.Estado = stageNames[f.Codigo], FaseErro
	if sentence := d.t.Encerrado(); sentence != "" {
		f.Motivo, f.Remedio = reasonClosed, sentence
	}
	d.report(f)
	return err
}

// within runs a stage under a deadline of its own.
func within(ctx context.Context, limit time.Duration, stage func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return stage(ctx)
}
