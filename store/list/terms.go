package list

import (
	"example.com/monitor/store/fault"
	"example.com/monitor/store/fold"
)

// maxTerms bounds a search; nobody types more.
const maxTerms = 32

// ParseTerms splits a search that is not unreasonably long.
func ParseTerms(search string) ([][]string, error) { return Bounded(fold.Terms(search)) }

// Bounded refuses more terms than anybody types.
func Bounded(terms [][]string) ([][]string, error) {
	if len(terms) > maxTerms {
		return nil, errManyTerms
	}
	return terms, nil
}

var errManyTerms = fault.Invalid("busca", "Use no máximo 32 termos na busca")
