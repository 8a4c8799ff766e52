package store

import (
	"context"
	"slices"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/list"
)

// MensagemFiltro selects messages of one room. The zero value is the newest 100
// of geral.
type MensagemFiltro struct {
	Sala      string // "" is geral
	AntesDe   int64  // only messages older than this id, the newest of them
	DepoisDe  int64  // only messages newer than this id, the oldest of them
	Pagina    int    // from 1, the newest; ignored when Cursor is set
	PorPagina int    // 0 means 100; at most 1000
	Cursor    string // Proximo or Anterior of another window
	Primeira  bool   // the oldest window instead of the newest
	SemTotal  bool   // leaves Total at -1 and saves counting
}

// janela is the window in the list's own order, which is from the newest to the
// oldest.
func (f MensagemFiltro) janela() list.Window {
	j := list.NewWindow(100, f.Pagina, f.PorPagina, f.Cursor, f.Primeira, f.SemTotal)
	switch {
	case f.Cursor != "":
	case f.DepoisDe > 0:
		j.Cursor = list.Position{ID: f.DepoisDe, Before: true}.String()
	case f.AntesDe > 0:
		j.Cursor = list.Position{ID: f.AntesDe}.String()
	}
	return j
}

var listaMensagens = list.NewListing[Mensagem]("mensagens_chat m", "", "", "m.id", mensagemCols)

// List returns messages of a room that are not deleted, as a conversation is
// read: Itens run from older to newer. What comes without a cursor are the newest;
// Anterior leads to the window of older messages, Proximo to that of newer ones.
// Everybody but devices and agente keys.
func (c Chat) List(ctx context.Context, f MensagemFiltro) (Pagina[Mensagem], error) {
	j := f.janela()
	if err := c.require(Admin, Moderador, Usuario, Leitura); err != nil {
		return list.Empty[Mensagem](j), err
	}
	s := list.Select(listaMensagens, "EXACT(m.sala, ?) AND coalesce(m.deletada, FALSE) = FALSE", orDefault(f.Sala, salaPadrao))
	if f.AntesDe > 0 && f.DepoisDe > 0 {
		s.And("m.id < ?", f.AntesDe)
	}
	page, err := readPage(ctx, c.call, s, j)
	slices.Reverse(page.Itens)
	page.Proximo, page.Anterior = page.Anterior, page.Proximo
	return page, err
}

// Sala is a room of the chat.
type Sala struct {
	Sala      string `bun:"sala" json:"sala"`
	Mensagens int    `bun:"mensagens" json:"mensagens"` // those that are not deleted
	Ultima    Hora   `bun:"ultima" json:"ultima"`       // when the newest was sent
}

// maxSalas bounds the list of rooms.
const maxSalas = 1000

// Salas returns the rooms that hold messages, by their latest message, newest
// first, at most 1000. Everybody but devices and agente keys.
func (c Chat) Salas(ctx context.Context) ([]Sala, error) {
	if err := c.require(Admin, Moderador, Usuario, Leitura); err != nil {
		return nil, err
	}
	list := []Sala{}
	err := c.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.All(ctx, &list, "SELECT "+sala[q.Kind()]+` AS sala, count(*) AS mensagens, max(m.data_hora) AS ultima FROM mensagens_chat m
			WHERE m.sala IS NOT NULL AND coalesce(m.deletada, FALSE) = FALSE GROUP BY `+sala[q.Kind()]+" ORDER BY max(m.id) DESC LIMIT ?", maxSalas)
	})
	return list, err
}

// sala keeps MySQL's collation from taking two rooms for one.
var sala = map[engine.Kind]string{engine.SQLite: "m.sala", engine.Postgres: "m.sala", engine.MySQL: "CAST(m.sala AS BINARY)"}
