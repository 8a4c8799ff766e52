package store

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
	return f.Motivo == engine.MotivoDireito || f.Motivo == motivoDonoDasTabelas
}

// BancoACriar says that the server is there and the database is not, but may be
// created.
func (f Fase) BancoACriar() bool { return f.Motivo == motivoCriar }

// The codes of the stages.
const (
	faseURL       = "url"
	faseArquivo   = "arquivo"
	faseProvedor  = "provedor"
	faseNome      = "nome"
	faseTCP       = "tcp"
	faseTLS       = "tls"
	faseLogin     = "login"
	faseBanco     = "banco"
	faseMotor     = "motor"
	fasePooler    = "pooler"
	faseDireitos  = "direitos"
	faseAjustes   = "ajustes"
	faseEsquema   = "esquema"
	faseTabelas   = "tabelas"
	faseEscrita   = "escrita"
	faseRelogio   = "relogio"
	faseIdaVolta  = "ida_volta"
	faseDisco     = "disco"
	faseSeguranca = "seguranca"
	faseEtapa     = "etapa"
	faseChave     = "chave_auditoria"
)

var nomesFase = map[string]string{
	faseURL: "URL do banco", faseArquivo: "Arquivo", faseProvedor: "Provedor", faseNome: "Nome na rede", faseTCP: "Rede", faseTLS: "TLS",
	faseLogin: "Entrada", faseBanco: "Banco", faseMotor: "Motor", fasePooler: "Pooler", faseDireitos: "Direitos", faseAjustes: "Ajustes",
	faseEsquema: "Esquema", faseTabelas: "Tabelas", faseEscrita: "Gravação", faseRelogio: "Relógio", faseIdaVolta: "Ida e volta", faseDisco: "Espaço", faseSeguranca: "Segurança",
	faseEtapa: "Etapa da mudança", faseChave: "Auditoria",
}

// The reasons of warnings and errors that the engine does not know.
const (
	motivoSchema         = "esquema_" // and the state
	motivoInterrompida   = "migracao_interrompida"
	motivoPreparando     = "migracao_em_curso"
	motivoDesfazendo     = "retirada_interrompida"
	motivoVersaoAntiga   = "versao_antiga"
	motivoNaoTestado     = "nao_testado"
	motivoFuso           = "fuso_horario"
	motivoDurabilidade   = "durabilidade"
	motivoSemHoraTabela  = "sem_hora_de_tabela"
	motivoRelogio        = "relogio_errado"
	motivoLonge          = "longe"
	motivoPermissao      = engine.MotivoPermissao
	motivoPasta          = "nao_e_arquivo"
	motivoAberto         = "arquivo_aberto"
	motivoPoucoEspaco    = "pouco_espaco"
	motivoTLS            = "tls_sem_verificacao"
	motivoSemTLS         = "tls_desligado"
	motivoDNS            = "dns_sem_resposta"
	motivoCriar          = "banco_a_criar"
	motivoPooler         = "pooler_recusou"
	motivoVencendo       = "certificado_vencendo"
	motivoEncerrado      = "provedor_encerrado"
	motivoAdmin123       = "senha_padrao"
	motivoHashes         = "senhas_fracas"
	motivoTokens         = "tokens_abertos"
	motivoTokensDepois   = "tokens_depois_do_corte"
	motivoTabelasAbertas = "tabelas_abertas"
	motivoEscapesOutros  = "barra_invertida_global"
	motivoCodificacaoMy  = "latin1"
	motivoDireitoIncerto = "direitos_incertos"
	motivoDonoDasTabelas = "dono_das_tabelas"
	motivoChaveAlheia    = "chave_alheia"
	motivoChaveIlegivel  = "chave_ilegivel"
	motivoEstranhos      = "codigo_de_outros"
)

// How long a diagnosis and its stages may take: whoever waits for an answer gets
// one within ten seconds, also from a host that swallows packets.
const (
	diagnosticoPor = 8500 * time.Millisecond
	nomePor        = 3 * time.Second
	redePor        = 3 * time.Second
	tlsPor         = 4 * time.Second
	loginPor       = 6 * time.Second
	outroPor       = time.Second // beyond loginPor
	fasePor        = 4 * time.Second
)

// RunDiagnosis looks at the database in stages without changing anything and
// reports each as it ends. It returns the state of the schema. An error stage
// ends the diagnosis and is also returned as the error.
func RunDiagnosis(ctx context.Context, cfg DiagnosisConfig, report func(Fase)) (schema.State, error) {
	d := &diagnostico{cfg: cfg, report: report}
	t, err := cfg.Target()
	if err != nil {
		return "", d.fail(faseURL, err, "corrija a URL com --banco, MONITOR_BANCO ou DATABASE_URL")
	}
	d.t = t
	d.ok(faseURL, nomesMotor[t.Kind]+" em "+t.Nome)
	if t.Kind == engine.SQLite {
		return d.sqlite(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, diagnosticoPor)
	defer cancel()
	return d.server(ctx)
}

var nomesMotor = map[engine.Kind]string{engine.SQLite: "SQLite", engine.Postgres: "PostgreSQL", engine.MySQL: "MySQL ou MariaDB"}

// DiagnosisConfig is what an examination needs to know.
type DiagnosisConfig struct {
	Target func() (engine.Target, error)
	Now    func() time.Time
	Zone   *time.Location
	// Lookup finds the addresses of a server; nil asks the system.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Trail  trail.Config
	// TellsTimes asks a MySQL whether it knows when its tables changed.
	TellsTimes func(ctx context.Context, q engine.Q) (bool, error)
}

// diagnostico is one examination of one database.
type diagnostico struct {
	cfg    DiagnosisConfig
	report func(Fase)
	t      engine.Target
	db     *engine.DB
	estado schema.State
	fatos  fatos
}

func (d *diagnostico) ok(codigo, detalhe string) {
	d.report(Fase{Codigo: codigo, Nome: nomesFase[codigo], Estado: FaseOK, Detalhe: detalhe})
}

func (d *diagnostico) warn(codigo, motivo, detalhe, remedy string) {
	d.report(Fase{Codigo: codigo, Nome: nomesFase[codigo], Estado: FaseAviso, Motivo: motivo, Detalhe: detalhe, Remedio: remedy})
}

// refuse ends the diagnosis with a reason of the store's own.
func (d *diagnostico) refuse(codigo, motivo, causa, remedy string) error {
	return d.end(Fase{Codigo: codigo, Motivo: motivo, Detalhe: causa, Remedio: remedy}, &engine.UnavailableError{Causa: causa, Remedio: remedy})
}

// fail ends the diagnosis with an error; its own remedy is preferred to remedio.
func (d *diagnostico) fail(codigo string, err error, remedy string) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	f := Fase{Codigo: codigo, Motivo: engine.Motivo(err), Detalhe: err.Error(), Remedio: remedy}
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
func (d *diagnostico) end(f Fase, err error) error {
	f.Nome, f.Estado = nomesFase[f.Codigo], FaseErro
	if sentence := d.t.Encerrado(); sentence != "" {
		f.Motivo, f.Remedio = motivoEncerrado, sentence
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
