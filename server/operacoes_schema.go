package server

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"example.com/monitor/store"
)

// documentOperacoes has the schemas of operations made from the types of this file, which say
// what the store's mean.
func documentOperacoes(registry huma.Registry) {
	registry.RegisterTypeAlias(reflect.TypeFor[store.Operacao](), reflect.TypeFor[operacao]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.OperacaoItem](), reflect.TypeFor[operacaoItem]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.OperacaoPlano](), reflect.TypeFor[operacaoPlano]())
	registry.RegisterTypeAlias(reflect.TypeFor[store.ClienteVersao](), reflect.TypeFor[clienteVersao]())
}

// operacao documents the JSON of store.Operacao.
type operacao struct {
	ID          int64          `json:"id" example:"4812"`
	Recurso     string         `json:"recurso" doc:"clientes, dispositivos, sessoes ou chaves" example:"clientes"`
	Acao        string         `json:"acao" doc:"O que se faz a cada registro; de uma mudança sozinha, a ação da trilha de auditoria" example:"alterar"`
	Ator        string         `json:"ator" example:"João Silva"`
	Estado      string         `json:"estado" enum:"em_andamento,interrompida,concluida,encerrada" doc:"interrompida: ninguém a executa agora; continue-a, encerre-a ou desfaça-a" example:"concluida"`
	Total       int            `json:"total" example:"1471"`
	Feitos      int            `json:"feitos" example:"1468"`
	Iguais      int            `json:"iguais" doc:"Já estavam assim" example:"2"`
	Recusados   int            `json:"recusados" example:"1"`
	IniciadaEm  store.Hora     `json:"iniciada_em"`
	Desfaz      *int64         `json:"desfaz" doc:"A operação ou mudança que esta desfaz"`
	DesfeitaPor *int64         `json:"desfeita_por" doc:"A operação que desfez esta, enquanto não for desfeita"`
	Campos      map[string]any `json:"campos,omitempty" doc:"O que foi posto nos campos"`
	Reversivel  bool           `json:"reversivel"`
	Motivo      *string        `json:"motivo" doc:"Por que não se desfaz"`

	PodeContinuar bool `json:"pode_continuar" doc:"Quem pergunta pode continuá-la agora"`
	PodeEncerrar  bool `json:"pode_encerrar" doc:"Quem pergunta pode encerrá-la agora"`
	PodeDesfazer  bool `json:"pode_desfazer" doc:"Quem pergunta pode desfazê-la agora"`
}

// operacaoItem documents the JSON of store.OperacaoItem.
type operacaoItem struct {
	Alvo     int64   `json:"alvo" doc:"Número do registro; de uma linha de planilha que não foi gravada, o número dela, negativo" example:"7"`
	Situacao string  `json:"situacao" enum:"feito,igual,recusado" example:"recusado"`
	LogID    *int64  `json:"log_id" doc:"A linha da trilha de auditoria que o diz; também o número para desfazer só esta mudança"`
	Nome     *string `json:"nome" doc:"De quem é o registro agora; null quando ele não existe mais" example:"João Silva"`
	Motivo   *string `json:"motivo" doc:"Por que foi recusado" example:"Este é o último administrador ativo: promova outro antes"`
}

// operacaoPlano documents the JSON of store.OperacaoPlano.
type operacaoPlano struct {
	Recurso    string           `json:"recurso" doc:"clientes, dispositivos, sessoes ou chaves" example:"clientes"`
	Acao       string           `json:"acao" doc:"O que se faria a cada registro" example:"alterar"`
	Total      int              `json:"total" doc:"Os escolhidos; envie-o em esperados" example:"1471"`
	Mudam      int              `json:"mudam" example:"1468"`
	Iguais     int              `json:"iguais" doc:"Já estão assim" example:"2"`
	Recusados  int              `json:"recusados" doc:"Ficariam de fora" example:"1"`
	Motivos    []operacaoMotivo `json:"motivos" nullable:"false" doc:"Por que alguns ficariam de fora, do motivo mais comum ao mais raro; no máximo 20"`
	Amostra    []operacaoMudado `json:"amostra" nullable:"false" doc:"Os primeiros dos que mudam; no máximo 10"`
	Reversivel bool             `json:"reversivel" doc:"Depois de feita, pode ser desfeita"`
	Motivo     *string          `json:"motivo" doc:"Por que não se desfaz" example:"Quem foi removido de vez não volta"`
}

type operacaoMotivo struct {
	Frase    string   `json:"frase" example:"Este é o último administrador ativo: promova outro antes"`
	Quantos  int      `json:"quantos" example:"1"`
	Exemplos []string `json:"exemplos" nullable:"false" doc:"Nomes de alguns, no máximo três"`
}

type operacaoMudado struct {
	ID     int64          `json:"id" doc:"Número do registro" example:"7"`
	Nome   string         `json:"nome" example:"João Silva"`
	Antes  map[string]any `json:"antes" doc:"O valor de agora de cada campo que mudaria"`
	Depois map[string]any `json:"depois" doc:"O valor que cada um teria"`
}

// clienteVersao documents the JSON of store.ClienteVersao.
type clienteVersao struct {
	ID         int64         `json:"id" doc:"A linha da trilha de auditoria; também o número para desfazer esta mudança" example:"4812"`
	Acao       string        `json:"acao" doc:"Ação da trilha de auditoria" example:"cliente_atualizado"`
	Descricao  string        `json:"descricao"`
	DataHora   store.Hora    `json:"data_hora"`
	Ator       *string       `json:"ator" doc:"Quem mudou" example:"João Silva"`
	Canal      *string       `json:"canal" doc:"Por onde" example:"api"`
	IP         *string       `json:"ip" example:"203.0.113.7"`
	Campos     []campoMudado `json:"campos" nullable:"false" doc:"O que mudou"`
	Operacao   *int64        `json:"operacao" doc:"A operação sobre muitos registros de que faz parte"`
	Desfaz     *int64        `json:"desfaz" doc:"A mudança que esta desfez"`
	Reversivel bool          `json:"reversivel"`
	Motivo     *string       `json:"motivo" doc:"Por que não se desfaz"`
}

type campoMudado struct {
	Campo  string `json:"campo" example:"cidade"`
	Antes  any    `json:"antes" doc:"null onde não havia nada"`
	Depois any    `json:"depois"`
}
