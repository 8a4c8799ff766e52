package store

// TabelasCopia names the tables that a copy holds.
func TabelasCopia() (nomes []string) {
	for _, t := range tabelasCopia {
		nomes = append(nomes, t.nome)
	}
	return nomes
}

// Derivada says that a copy leaves a table out on purpose.
func Derivada(nome string) bool { return derivada(nome) }
