package store

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"example.com/monitor/store/drift"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
)

// URLError says what is wrong with a database URL.
type URLError = engine.URLError

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
	engine.RegraReferencia: fault.Rule(ErrConflict, drift.ReasonReference, "Outra tabela do banco aponta para este registro, que por isso não pode ser excluído; desative-o, ou veja a tabela com: monitor setup --verificar"),
	engine.RegraLargura:    fault.Rule(ErrConflict, drift.ReasonShortColumn, "Um valor não cabe na coluna do banco, que é menor do que a do sistema antigo; encurte-o, ou veja a coluna com: monitor setup --verificar"),
	engine.RegraLetras:     fault.Rule(ErrConflict, "letras_recusadas", "O banco não guarda todas as letras deste texto (um emoji, por exemplo); troque-as, ou converta as tabelas com: monitor setup"),
	engine.RegraEstrutura:  fault.Rule(ErrUnavailable, engine.RegraEstrutura, "Falta ao banco uma tabela ou coluna que o monitor usa; veja qual com: monitor setup --verificar"),
	engine.RegraSequencia:  fault.Rule(ErrUnavailable, drift.ReasonSequence, "O banco daria a este registro um id que já é de outro; a sequência é acertada com: monitor setup"),
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

var errRegraDoBanco = fault.Rule(ErrConflict, drift.ReasonOwnRule, "O banco tem uma regra própria que recusa esta gravação, e nada foi gravado; veja a regra com: monitor setup --verificar")

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
