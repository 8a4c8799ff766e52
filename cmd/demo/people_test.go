package demo

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Namesakes have different companies and cities, and companies different people.
func TestDemoPeopleDiffer(t *testing.T) {
	employers, cities, staff := map[string]map[string]bool{}, map[string]map[string]bool{}, map[string]map[string]bool{}
	for n := range Clients {
		c := Cliente(n)
		require.Equal(t, c, Cliente(n), "always the same person")
		name, _, _ := strings.Cut(c.Nome, " ")
		put(employers, name, c.Empresa)
		put(cities, name, c.Cidade)
		put(staff, c.Empresa, name)
	}
	require.Len(t, employers, len(firstNames))
	require.Len(t, staff, len(firms))
	for name := range employers {
		require.Greater(t, len(employers[name]), 3, name)
		require.Greater(t, len(cities[name]), 3, name)
	}
	for firm, names := range staff {
		require.Greater(t, len(names), 3, firm)
	}
}

func put(sets map[string]map[string]bool, key, value string) {
	if sets[key] == nil {
		sets[key] = map[string]bool{}
	}
	sets[key][value] = true
}
