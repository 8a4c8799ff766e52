package clients

import (
	"strings"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/list"
)

// Filter selects clients. The zero value is the first 20, newest first.
type Filter struct {
	// Busca holds terms split at spaces; each must occur in nome, email, empresa,
	// telefone or cpf_cnpj, whatever its case, accents, punctuation or mask. A telephone
	// may be typed with its country, its trunk prefix, with or without the ninth digit.
	Busca string
	Ativo *bool
	// Nivel is exactly this level; people without one count as usuario.
	Nivel string
	// Cidade and Empresa hold terms as Busca does; a state counts as part of the city.
	Cidade  string
	Empresa string
	// Ordem is one of Orders; "" is -cadastro. A cursor belongs to its order.
	Ordem     string
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 20; at most 1000
	Cursor    string // Proximo or Anterior of another window
	// Ultima asks for the last window of the list instead of the first.
	Ultima bool
	// SemTotal leaves Total at -1 and saves counting.
	SemTotal bool
}

// Window is the window that it asks for.
func (f Filter) Window() list.Window {
	return list.NewWindow(20, f.Pagina, f.PorPagina, f.Cursor, f.Ultima, f.SemTotal)
}

// Orders are what Filter.Ordem may be.
var Orders = []string{"nome", "-nome", "empresa", "-empresa", "cidade", "-cidade", "acesso", "-acesso", "cadastro", "-cadastro"}

// orderings gives the key of each order; "-cadastro" is the list's own.
var orderings = map[string]list.Ordering{
	"nome":     {Cols: []string{"c.nome"}, Key: nameKey, Index: "nome"},
	"empresa":  {Cols: []string{"c.empresa"}, Key: nameKey, Index: "empresa"},
	"cidade":   {Cols: fold.CityCols("c."), Key: func(v []string) string { return fold.CityKey(v[0], v[1]) }, Index: "cidade"},
	"acesso":   {Cols: []string{"AS_TEXT(c.ultimo_acesso)"}, Key: asItIs},
	"cadastro": {Cols: []string{"AS_TEXT(c.data_cadastro)"}, Key: asItIs},
}

func nameKey(v []string) string { return fold.OrderKey(v[0]) }

func asItIs(v []string) string { return v[0] }

var errOrder = fault.Invalid("ordem", "Use uma destas: "+strings.Join(Orders, ", "))

// ParseOrder reads Filter.Ordem; nil is the list's own order.
func ParseOrder(text string) (*list.Ordering, error) {
	if text == "" || text == "-cadastro" {
		return nil, nil //nolint:nilnil // the usual order is no error
	}
	name, down := strings.CutPrefix(text, "-")
	o, known := orderings[name]
	if !known {
		return nil, errOrder
	}
	o.Name, o.Descending = text, down
	return &o, nil
}

// IsNarrow says that the filter asks for more than the plain list and its search
// know.
func (f Filter) IsNarrow() bool {
	return f.Nivel != "" || f.Cidade != "" || f.Empresa != "" || (f.Ordem != "" && f.Ordem != "-cadastro")
}

// Terms are what its searches look for.
func (f Filter) Terms() (t list.Terms, err error) {
	for _, part := range []struct {
		to    *[][]string
		terms [][]string
	}{{&t.Search, fold.ClientTerms(f.Busca)}, {&t.City, fold.SqueezedTerms(f.Cidade)}, {&t.Company, fold.SqueezedTerms(f.Empresa)}} {
		if *part.to, err = list.Bounded(part.terms); err != nil {
			return t, err
		}
	}
	return t, nil
}

// Asked says which clients were asked for, and how many they were, for the audit trail.
func (f Filter) Asked(total int) map[string]any {
	out := map[string]any{"total": total}
	for k, v := range map[string]string{"busca": f.Busca, "nivel": f.Nivel, "cidade": f.Cidade, "empresa": f.Empresa} {
		if v != "" {
			out[k] = v
		}
	}
	if f.Ativo != nil {
		out["ativo"] = *f.Ativo
	}
	return out
}
