package store

import (
	"encoding/json"
	"time"

	"github.com/uptrace/bun"
)

// Cliente is a person in the table clientes. An empty string or zero time is
// NULL in the database and null in JSON.
type Cliente struct {
	bun.BaseModel `bun:"table:clientes,alias:c"`

	ID           int64  `bun:"id,pk,autoincrement"`
	Nome         string `bun:"nome,nullzero"`
	Email        string `bun:"email,nullzero"`
	SenhaHash    string `bun:"senha_hash,nullzero"` // Werkzeug's form; never leaves the store
	Telefone     string `bun:"telefone,nullzero"`
	Empresa      string `bun:"empresa,nullzero"`
	Cargo        string `bun:"cargo,nullzero"`
	Endereco     string `bun:"endereco,nullzero"`
	Cidade       string `bun:"cidade,nullzero"`
	Estado       string `bun:"estado,nullzero"`
	Pais         string `bun:"pais,nullzero"`
	CEP          string `bun:"cep,nullzero"`
	CPFCNPJ      string `bun:"cpf_cnpj,nullzero"`
	Ativo        *bool  `bun:"ativo"` // nil where the Flask system left NULL; see EstaAtivo
	NivelAcesso  string `bun:"nivel_acesso,nullzero"`
	DataCadastro Hora   `bun:"data_cadastro"`
	UltimoAcesso Hora   `bun:"ultimo_acesso"`
	Observacoes  string `bun:"observacoes,nullzero"`
	DadosExtras  Objeto `bun:"dados_extras"`

	TotalDispositivos int `bun:"total_dispositivos,scanonly"`

	// cadastro is data_cadastro as the database holds it, which other programs may
	// have written in another form: places in the list are compared by it.
	cadastro string

	// Senha is write-only: set it in a ClienteNovo or inside Change to give the
	// person a new password. It is never read from the database.
	Senha string `bun:"-"`
}

// EstaAtivo treats NULL as inactive, as the Flask system's login does.
func (c *Cliente) EstaAtivo() bool { return c.Ativo != nil && *c.Ativo }

// Dispositivo is a machine in the table dispositivos.
type Dispositivo struct {
	bun.BaseModel `bun:"table:dispositivos,alias:d"`

	ID                 int64  `bun:"id,pk,autoincrement"`
	ClienteID          int64  `bun:"cliente_id,nullzero"`
	Nome               string `bun:"nome,nullzero"`
	Tipo               string `bun:"tipo,nullzero"`
	SistemaOperacional string `bun:"sistema_operacional,nullzero"`
	VersaoSO           string `bun:"versao_so,nullzero"`
	Hostname           string `bun:"hostname,nullzero"`
	IPLocal            string `bun:"ip_local,nullzero"`
	IPPublico          string `bun:"ip_publico,nullzero"`
	MACAddress         string `bun:"mac_address,nullzero"`
	Processador        string `bun:"processador,nullzero"`
	MemoriaTotal       string `bun:"memoria_total,nullzero"`
	DiscoTotal         string `bun:"disco_total,nullzero"`
	IsVirtual          *bool  `bun:"is_virtual"`
	VirtualType        string `bun:"virtual_type,nullzero"`
	Ativo              *bool  `bun:"ativo"`
	UltimoHeartbeat    Hora   `bun:"ultimo_heartbeat"`
	DataRegistro       Hora   `bun:"data_registro"`
	InfoExtra          Objeto `bun:"info_extra"`

	ClienteNome string `bun:"cliente_nome,scanonly"`
	Online      bool   `bun:"-"` // heartbeat within the last 5 minutes, by Config.Now
}

// Chave is an API key. Its secret is shown once, by Chaves.Create.
type Chave struct {
	bun.BaseModel `bun:"table:monitor_chaves,alias:k"`

	ID          int64  `bun:"id,pk,autoincrement" json:"id"`
	Nome        string `bun:"nome" json:"nome"`
	Nivel       string `bun:"nivel" json:"nivel"` // admin, leitura or agente
	Hash        string `bun:"hash" json:"-"`
	Inicio      string `bun:"inicio" json:"inicio"` // first characters, to tell keys apart
	CriadaEm    Hora   `bun:"criada_em" json:"criada_em"`
	CriadaPor   string `bun:"criada_por" json:"criada_por"`
	ExpiraEm    Hora   `bun:"expira_em" json:"expira_em"`
	UsosMaximos jsonID `bun:"usos_maximos,nullzero" json:"usos_maximos"` // 0: unlimited; a use registers one new device
	Usos        int64  `bun:"usos" json:"usos"`
	RevogadaEm  Hora   `bun:"revogada_em" json:"revogada_em"`
	UltimoUso   Hora   `bun:"ultimo_uso" json:"ultimo_uso"`
}

// Log is a row of logs_auditoria.
type Log struct {
	bun.BaseModel `bun:"table:logs_auditoria,alias:l"`

	ID        int64    `bun:"id,pk,autoincrement" json:"id"`
	ClienteID jsonID   `bun:"cliente_id,nullzero" json:"cliente_id"`
	Acao      string   `bun:"acao" json:"acao"`
	Descricao string   `bun:"descricao,nullzero" json:"descricao"`
	IPAddress jsonText `bun:"ip_address,nullzero" json:"ip_address"`
	UserAgent jsonText `bun:"user_agent,nullzero" json:"user_agent"`
	Dados     Objeto   `bun:"dados" json:"dados"`
	DataHora  Hora     `bun:"data_hora" json:"data_hora"`
	Nivel     string   `bun:"nivel,nullzero" json:"nivel"`
}

// Sessao is a row of sessoes: one login of one person.
type Sessao struct {
	bun.BaseModel `bun:"table:sessoes,alias:s"`

	ID              int64  `bun:"id,pk,autoincrement"`
	ClienteID       int64  `bun:"cliente_id,nullzero"`
	Token           string `bun:"token"`
	IPAddress       string `bun:"ip_address,nullzero"`
	UserAgent       string `bun:"user_agent,nullzero"`
	DispositivoInfo string `bun:"dispositivo_info,nullzero"`
	DataInicio      Hora   `bun:"data_inicio"`
	DataExpiracao   Hora   `bun:"data_expiracao"`
	UltimaAtividade Hora   `bun:"ultima_atividade"`
	Ativa           *bool  `bun:"ativa"`
}

// Estatisticas are the numbers of GET /estatisticas.
type Estatisticas struct {
	TotalClientes      int `json:"total_clientes"`
	ClientesAtivos     int `json:"clientes_ativos"` // access in the last 30 minutes
	TotalDispositivos  int `json:"total_dispositivos"`
	DispositivosOnline int `json:"dispositivos_online"` // heartbeat in the last 5 minutes
	TotalConexoes      int `json:"total_conexoes"`
	MensagensHoje      int `json:"mensagens_hoje"` // since midnight in Config.Fuso
	SessoesAtivas      int `json:"sessoes_ativas"`
}

// jsonText is null for the empty string.
type jsonText string

func (t jsonText) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

type jsonID int64

func (i jsonID) MarshalJSON() ([]byte, error) {
	if i == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int64(i))
}

// onlineFor is how long after its last heartbeat a device still counts as online.
const onlineFor = 5 * time.Minute

// OnlineEm says whether the device counts as online at t, by the heartbeat that
// was read with it.
func (d *Dispositivo) OnlineEm(t time.Time) bool {
	return !d.UltimoHeartbeat.IsZero() && t.Sub(d.UltimoHeartbeat.Time) < onlineFor
}
