package store

import (
	"slices"
	"strings"

	"example.com/monitor/store/fold"
)

// Documento is a client's searchable text, folded.
func Documento(nome, email, empresa, telefone, cpfCNPJ string) string {
	return fold.SearchText(nome, email, empresa, telefone, cpfCNPJ)
}

// Acha is the definition of a search that every engine is compared with.
func Acha(busca, documento string) bool {
	for _, term := range fold.ClientTerms(busca) {
		if !slices.ContainsFunc(term, func(s string) bool { return strings.Contains(documento, s) }) {
			return false
		}
	}
	return true
}
