package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/monitor/store/engine"
)

// The errors that operations return. Doors map them once: the server to HTTP
// statuses, the command line to exit codes. Test with errors.Is and errors.As.
var (
	ErrNotFound        = errors.New("registro não encontrado")
	ErrConflict        = errors.New("o registro foi alterado por outra pessoa depois que você o abriu")
	ErrForbidden       = errors.New("você não tem permissão para isso")
	ErrUnauthenticated = errors.New("credencial ausente, inválida ou expirada")
	ErrReadOnly        = errors.New("aberto somente para leitura: nenhuma alteração é aceita")
	// ErrIdempotency says that an idempotency key came back with another request.
	ErrIdempotency = errors.New("esta chave de idempotência já foi usada com outro conteúdo")
	// ErrTooMany says that a limit on what may be open at once was met.
	ErrTooMany = errors.New("há pedidos demais abertos ao mesmo tempo")
	// ErrUnavailable is the engine's: the database cannot be reached, is busy, or is full.
	ErrUnavailable = engine.ErrUnavailable
	// ErrSobrecarga is the engine's, and ErrUnavailable, too: more is asked for than can be read.
	ErrSobrecarga = engine.ErrSobrecarga
)

// UnavailableError is ErrUnavailable with cause and remedy, for the operator's
// eyes: it may name paths and hosts, never secrets.
type UnavailableError = engine.UnavailableError

// URLError says what is wrong with a database URL.
type URLError = engine.URLError

// RuleError is one of the errors above with a sentence made for the case. Its
// text may be shown to any caller.
type RuleError struct {
	Kind   error  // one of the Err values above
	Codigo string // stable machine code, snake case
	Frase  string // what happened and what to do, in Portuguese
}

func (e *RuleError) Error() string { return e.Frase }

// Unwrap makes errors.Is(err, ErrConflict) and its like hold.
func (e *RuleError) Unwrap() error { return e.Kind }

func ruleError(kind error, codigo, frase string) error {
	return &RuleError{Kind: kind, Codigo: codigo, Frase: frase}
}

// causas are what callers may know of a database that cannot be used: neither
// paths nor hosts.
var causas = map[string]string{
	engine.MotivoArquivoTrocado: "O arquivo do banco de dados foi apagado, movido ou trocado enquanto o servidor o usava. Nada mais é gravado: " +
		"quem cuida do servidor deve pôr o banco no lugar e reiniciar o monitor; confira o que não foi confirmado",
	engine.MotivoEspaco:    "Não há espaço em disco para o banco de dados; libere espaço no servidor e tente de novo",
	engine.MotivoDisco:     "O disco do banco de dados recusou a leitura ou a gravação; tente de novo em instantes",
	engine.MotivoSoLeitura: "O banco de dados está somente para leitura e não aceita alterações agora; tente de novo em instantes",
	engine.MotivoSemQuorum: "O nó do banco de dados está sem contato com o cluster; tente de novo em instantes",
}

// CausaPublica is why the database cannot be used, in a sentence for any caller;
// "" where there is nothing to say but that.
func CausaPublica(err error) string { return causas[engine.Motivo(err)] }

// What people read when a rule of the database that is not ours refuses something:
// somebody who may look at the database finds it by name.
var ruleSentences = map[string]error{
	engine.RegraReferencia: ruleError(ErrConflict, motivoReferencia, "Outra tabela do banco aponta para este registro, que por isso não pode ser excluído; desative-o, ou veja a tabela com: monitor setup --verificar"),
	engine.RegraLargura:    ruleError(ErrConflict, motivoColunaCurta, "Um valor não cabe na coluna do banco, que é menor do que a do sistema antigo; encurte-o, ou veja a coluna com: monitor setup --verificar"),
	engine.RegraLetras:     ruleError(ErrConflict, "letras_recusadas", "O banco não guarda todas as letras deste texto (um emoji, por exemplo); troque-as, ou converta as tabelas com: monitor setup"),
	engine.RegraEstrutura:  ruleError(ErrUnavailable, engine.RegraEstrutura, "Falta ao banco uma tabela ou coluna que o monitor usa; veja qual com: monitor setup --verificar"),
	engine.RegraSequencia:  ruleError(ErrUnavailable, motivoSequencia, "O banco daria a este registro um id que já é de outro; a sequência é acertada com: monitor setup"),
}

// DatabaseRules are the refusals of rules that the database has of its own: a write
// may meet any, a reading those that are ErrUnavailable.
func DatabaseRules() (list []*RuleError) {
	for _, err := range append(slices.Collect(maps.Values(ruleSentences)), errRegraDoBanco) {
		if rule, ok := errors.AsType[*RuleError](err); ok {
			list = append(list, rule)
		}
	}
	slices.SortFunc(list, func(a, b *RuleError) int { return strings.Compare(a.Codigo, b.Codigo) })
	return list
}

var errRegraDoBanco = ruleError(ErrConflict, motivoRegraDoBanco, "O banco tem uma regra própria que recusa esta gravação, e nada foi gravado; veja a regra com: monitor setup --verificar")

// ownRule words a refusal of the database's own; other errors pass.
func ownRule(err error) error {
	refused, ok := errors.AsType[*engine.RefusedError](err)
	if !ok {
		return err
	}
	if sentence := ruleSentences[refused.Motivo]; sentence != nil {
		return sentence
	}
	return errRegraDoBanco
}

// InvalidError says which fields of a record were refused and why. Keys are
// column names; values are sentences in Portuguese.
type InvalidError struct {
	Campos map[string]string
}

func (e *InvalidError) Error() string {
	keys := slices.Sorted(maps.Keys(e.Campos))
	if len(keys) == 1 {
		return e.Campos[keys[0]]
	}
	parts := make([]string, 0, len(keys))
	for _, k := range keys {
		parts = append(parts, k+": "+e.Campos[k])
	}
	return strings.Join(parts, "; ")
}

// add keeps the first message of a field; "" adds nothing.
func (e *InvalidError) add(campo, frase string) {
	if frase == "" {
		return
	}
	if e.Campos == nil {
		e.Campos = map[string]string{}
	}
	if _, there := e.Campos[campo]; !there {
		e.Campos[campo] = frase
	}
}

func (e *InvalidError) orNil() error {
	if len(e.Campos) == 0 {
		return nil
	}
	return e
}

func invalid(campo, frase string) error {
	return &InvalidError{Campos: map[string]string{campo: frase}}
}

// SchemaState is what a database holds, seen from this program's version.
type SchemaState string

// The states that Open tells apart.
const (
	SchemaMissing SchemaState = "ausente"     // no file, or a file without tables
	SchemaForeign SchemaState = "nao_adotado" // the Flask system's tables, without ours
	SchemaAlien   SchemaState = "de_outro"    // another program's tables: not to be touched
	SchemaBehind  SchemaState = "atrasado"    // an older monitor made it
	SchemaCurrent SchemaState = "atual"
	SchemaNewer   SchemaState = "mais_novo" // a newer monitor made it
)

// SchemaError refuses a database whose schema this program cannot work on.
type SchemaError struct {
	Estado SchemaState
	Banco  string // absolute path or URL without password
}

func (e *SchemaError) Error() string {
	switch e.Estado {
	case SchemaMissing:
		return fmt.Sprintf("não há banco de dados em %s; crie-o com: monitor setup", e.Banco)
	case SchemaForeign:
		return fmt.Sprintf("o banco %s é do sistema antigo e ainda não foi adotado; veja o plano com: monitor setup --simular", e.Banco)
	case SchemaAlien:
		return fmt.Sprintf("o banco %s tem tabelas de outro programa; use outro arquivo com --banco", e.Banco)
	case SchemaNewer:
		return fmt.Sprintf("o banco %s foi preparado por uma versão mais nova do monitor; atualize este programa", e.Banco)
	default:
		return fmt.Sprintf("o banco %s está com o esquema atrasado; atualize-o com: monitor setup", e.Banco)
	}
}
