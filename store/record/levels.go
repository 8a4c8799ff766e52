package record

// The levels of access. The first three belong to people (clientes.nivel_acesso),
// Leitura and Agente to API keys only.
const (
	Admin     = "admin"
	Moderador = "moderador"
	Usuario   = "usuario"
	Leitura   = "leitura"
	Agente    = "agente"
)
