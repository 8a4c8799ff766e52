package store

// Recurso names a kind of record that an actor may or may not see.
type Recurso string

// The kinds of record that MaySee knows.
const (
	RecursoClientes     Recurso = "clientes"
	RecursoDispositivos Recurso = "dispositivos"
	RecursoConexoes     Recurso = "conexoes"
	RecursoChat         Recurso = "chat"
	RecursoSessoes      Recurso = "sessoes"
	RecursoLogs         Recurso = "logs"
	RecursoEstatisticas Recurso = "estatisticas"
	RecursoOperacoes    Recurso = "operacoes"
)

// verNiveis are the levels that may read some record of each kind; the
// operations decide which.
var verNiveis = map[Recurso][]string{
	RecursoClientes:     {Admin, Moderador, Leitura, Usuario},
	RecursoDispositivos: {Admin, Moderador, Leitura, Usuario, Agente},
	RecursoConexoes:     {Admin, Moderador, Leitura, Usuario, Agente},
	RecursoChat:         {Admin, Moderador, Leitura, Usuario},
	RecursoSessoes:      {Admin, Moderador, Usuario},
	RecursoLogs:         {Admin, Moderador},
	RecursoEstatisticas: {Admin, Moderador, Leitura},
	RecursoOperacoes:    {Admin, Moderador},
}

// Actor is who does what is done through this handle.
func (h *Handle) Actor() Actor { return h.actor }

// MaySee says without asking the database why the actor cannot read any record
// of a kind; nil when it may read some (devices are asked
// by their operations only). Doors use it to offer only what works.
func (h *Handle) MaySee(r Recurso) error { return h.require(verNiveis[r]...) }
