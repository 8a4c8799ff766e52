package record

import (
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"example.com/monitor/store/when"
)

// Cliente is a person in the table clientes. An empty string or zero time is
// NULL in the database and null in JSON.
type Cliente struct {
	bun.BaseModel `bun:"table:clientes,alias:c"`

	ID           int64     `bun:"id,pk,autoincrement"`
	Nome         string    `bun:"nome,nullzero"`
	Email        string    `bun:"email,nullzero"`
	SenhaHash    string    `bun:"senha_hash,nullzero"` // Werkzeug's form; never leaves the store
	Telefone     string    `bun:"telefone,nullzero"`
	Empresa      string    `bun:"empresa,nullzero"`
	Cargo        string    `bun:"cargo,nullzero"`
	Endereco     string    `bun:"endereco,nullzero"`
	Cidade       string    `bun:"cidade,nullzero"`
	Estado       string    `bun:"estado,nullzero"`
	Pais         string    `bun:"pais,nullzero"`
	CEP          string    `bun:"cep,nullzero"`
	CPFCNPJ      string    `bun:"cpf_cnpj,nullzero"`
	Ativo        *bool     `bun:"ativo"` // nil where the Flask system left NULL; see IsActive
	NivelAcesso  string    `bun:"nivel_acesso,nullzero"`
	DataCadastro when.Hora `bun:"data_cadastro"`
	UltimoAcesso when.Hora `bun:"ultimo_acesso"`
	Observacoes  string    `bun:"observacoes,nullzero"`
	DadosExtras  Objeto    `bun:"dados_extras"`

	TotalDispositivos int `bun:"total_dispositivos,scanonly"`

	// cadastro is data_cadastro as the database holds it, which other programs may
	// have written in another form: places in the list are compared by it.
	cadastro string

	// Senha is write-only: set it in a ClienteNovo or inside Change to give the
	// person a new password. It is never read from the database.
	Senha string `bun:"-"`
}

// IsActive treats NULL as inactive, as the Flask system's login does.
func (c *Cliente) IsActive() bool { return c.Ativo != nil && *c.Ativo }

// Dispositivo is a machine in the table dispositivos.
type Dispositivo struct {
	bun.BaseModel `bun:"table:dispositivos,alias:d"`

	ID                 int64     `bun:"id,pk,autoincrement"`
	ClienteID          int64     `bun:"cliente_id,nullzero"`
	Nome               string    `bun:"nome,nullzero"`
	Tipo               string    `bun:"tipo,nullzero"`
	SistemaOperacional string    `bun:"sistema_operacional,nullzero"`
	VersaoSO           string    `bun:"versao_so,nullzero"`
	Hostname           string    `bun:"hostname,nullzero"`
	IPLocal            string    `bun:"ip_local,nullzero"`
	IPPublico          string    `bun:"ip_publico,nullzero"`
	MACAddress         string    `bun:"mac_address,nullzero"`
	Processador        string    `bun:"processador,nullzero"`
	MemoriaTotal       string    `bun:"memoria_total,nullzero"`
	DiscoTotal         string    `bun:"disco_total,nullzero"`
	IsVirtual          *bool     `bun:"is_virtual"`
	VirtualType        string    `bun:"virtual_type,nullzero"`
	Ativo              *bool     `bun:"ativo"`
	UltimoHeartbeat    when.Hora `bun:"ultimo_heartbeat"`
	DataRegistro       when.Hora `bun:"data_registro"`
	InfoExtra          Objeto    `bun:"info_extra"`

	ClienteNome string `bun:"cliente_nome,scanonly"`
	Online      bool   `bun:"-"` // heartbeat within the last 5 minutes, by Config.Now
}

// Chave is an API key. Its secret is shown once, by Chaves.Create.
type Chave struct {
	bun.BaseModel `bun:"table:monitor_chaves,alias:k"`

	ID          int64     `bun:"id,pk,autoincrement" json:"id"`
	Nome        string    `bun:"nome" json:"nome"`
	Nivel       string    `bun:"nivel" json:"nivel"` // admin, leitura or agente
	Hash        string    `bun:"hash" json:"-"`
	Inicio      string    `bun:"inicio" json:"inicio"` // first characters, to tell keys apart
	CriadaEm    when.Hora `bun:"criada_em" json:"criada_em"`
	CriadaPor   string    `bun:"criada_por" json:"criada_por"`
	ExpiraEm    when.Hora `bun:"expira_em" json:"expira_em"`
	UsosMaximos ID        `bun:"usos_maximos,nullzero" json:"usos_maximos"` // 0: unlimited; a use registers one new device
	Usos        int64     `bun:"usos" json:"usos"`
	RevogadaEm  when.Hora `bun:"revogada_em" json:"revogada_em"`
	UltimoUso   when.Hora `bun:"ultimo_uso" json:"ultimo_uso"`
}

// Log is a row of logs_auditoria.
type Log struct {
	bun.BaseModel `bun:"table:logs_auditoria,alias:l"`

	ID        int64     `bun:"id,pk,autoincrement" json:"id"`
	ClienteID ID        `bun:"cliente_id,nullzero" json:"cliente_id"`
	Acao      string    `bun:"acao" json:"acao"`
	Descricao string    `bun:"descricao,nullzero" json:"descricao"`
	IPAddress Text      `bun:"ip_address,nullzero" json:"ip_address"`
	UserAgent Text      `bun:"user_agent,nullzero" json:"user_agent"`
	Dados     Objeto    `bun:"dados" json:"dados"`
	DataHora  when.Hora `bun:"data_hora" json:"data_hora"`
	Nivel     string    `bun:"nivel,nullzero" json:"nivel"`
}

// Sessao is a row of sessoes: one login of one person.
type Sessao struct {
	bun.BaseModel `bun:"table:sessoes,alias:s"`

	ID              int64     `bun:"id,pk,autoincrement"`
	ClienteID       int64     `bun:"cliente_id,nullzero"`
	Token           string    `bun:"token"`
	IPAddress       string    `bun:"ip_address,nullzero"`
	UserAgent       string    `bun:"user_agent,nullzero"`
	DispositivoInfo string    `bun:"dispositivo_info,nullzero"`
	DataInicio      when.Hora `bun:"data_inicio"`
	DataExpiracao   when.Hora `bun:"data_expiracao"`
	UltimaAtividade when.Hora `bun:"ultima_atividade"`
	Ativa           *bool     `bun:"ativa"`
}

// Text is null in JSON for the empty string.
type Text string

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// ID is null in JSON for zero.
type ID int64

// MarshalJSON implements json.Marshaler.
func (i ID) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int64(i))
}

// OnlineFor is how long after its last heartbeat a device still counts as online.
const OnlineFor = 5 * time.Minute

// OnlineEm says whether the device counts as online at t, by the heartbeat that
// was read with it.
func (d *Dispositivo) OnlineEm(t time.Time) bool {
	return !d.UltimoHeartbeat.IsZero() && t.Sub(d.UltimoHeartbeat.Time) < OnlineFor
}

// RegisterAt says since when the person is registered.
func (c *Cliente) RegisterAt(at when.Hora) {
	c.DataCadastro, c.cadastro = at, ""
	if !at.IsZero() {
		c.cadastro = at.Format(when.SQLTime)
	}
}

// Registered is data_cadastro as the database holds it.
func (c *Cliente) Registered() string { return c.cadastro }
