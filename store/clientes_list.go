package store

import (
	"context"
	"errors"

	"example.com/monitor/store/clients"
	"example.com/monitor/store/list"
)

// List returns the clients that the actor may see, data_cadastro descending
// (NULL last), then id descending. A usuario sees only itself.
func (c Clientes) List(ctx context.Context, f ClienteFiltro) (Pagina[Cliente], error) {
	if err := c.require(Admin, Moderador, Leitura, Usuario); err != nil {
		return Pagina[Cliente]{}, err
	}
	t, err := f.Terms()
	if err != nil {
		return Pagina[Cliente]{}, err
	}
	if c.actor.nivel == Usuario {
		return c.listSelf(ctx, f, t)
	}
	if f.IsNarrow() {
		return c.listNarrow(ctx, f, t)
	}
	if len(t.Search) > 0 {
		return c.search(ctx, f, t.Search)
	}
	return readPage(ctx, c.call, clients.Select(f), f.Window())
}

// listSelf is the list of somebody who sees only its own record.
func (c Clientes) listSelf(ctx context.Context, f ClienteFiltro, t list.Terms) (Pagina[Cliente], error) {
	j := f.Window()
	page := Pagina[Cliente]{Itens: []Cliente{}, Pagina: j.Pagina, PorPagina: j.PorPagina}
	self, err := c.Get(ctx, c.actor.id)
	if errors.Is(err, ErrNotFound) {
		return page, errSessao // removed since the session was looked at
	}
	if err != nil {
		return page, err
	}
	if _, err := clients.ParseOrder(f.Ordem); err != nil {
		return page, err
	}
	texts := []string{self.Nome, self.Email, self.Empresa, self.Telefone, self.CPFCNPJ, self.Cidade, self.Estado}
	if t.Keeps(texts) && (f.Ativo == nil || *f.Ativo == self.IsActive()) && (f.Nivel == "" || f.Nivel == orDefault(self.NivelAcesso, Usuario)) {
		page.Total = 1
		if j.Pagina == 1 && j.Cursor == "" {
			page.Itens = append(page.Itens, self)
		}
	}
	return page, nil
}
