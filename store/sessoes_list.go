package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/list"
	"example.com/monitor/store/record"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

// SessaoAberta is a session as people see it: without its token.
type SessaoAberta struct {
	bun.BaseModel `bun:"table:sessoes,alias:s"`

	ID              int64       `bun:"id" json:"id"`
	ClienteID       record.ID   `bun:"cliente_id,nullzero" json:"cliente_id"`
	ClienteNome     record.Text `bun:"cliente_nome,nullzero" json:"cliente_nome"`
	IPAddress       record.Text `bun:"ip_address,nullzero" json:"ip_address"`
	UserAgent       record.Text `bun:"user_agent,nullzero" json:"user_agent"`
	DataInicio      Hora        `bun:"data_inicio" json:"data_inicio"`
	DataExpiracao   Hora        `bun:"data_expiracao" json:"data_expiracao"`
	UltimaAtividade Hora        `bun:"ultima_atividade" json:"ultima_atividade"`
	Atual           bool        `bun:"-" json:"atual"` // the caller's own
}

// SessaoFiltro selects open sessions. The zero value is the first 100.
type SessaoFiltro struct {
	ClienteID int64  // 0 means any; counts for admins only
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 100; at most 1000
	Cursor    string // Proximo or Anterior of another window
	Ultima    bool   // the last window of the list instead of the first
	SemTotal  bool   // leaves Total at -1 and saves counting
}

func (f SessaoFiltro) janela() list.Window {
	return list.NewWindow(100, f.Pagina, f.PorPagina, f.Cursor, f.Ultima, f.SemTotal)
}

var listaSessoes = list.NewListing[SessaoAberta]("sessoes s", "LEFT JOIN clientes c ON c.id = s.cliente_id", "s.ultima_atividade", "s.id",
	"s.id, s.cliente_id, c.nome AS cliente_nome, s.ip_address, s.user_agent, s.data_inicio, s.data_expiracao, s.ultima_atividade")

const sessoesAbertas = "s.ativa = ? AND s.data_expiracao > ? AND (s.token NOT LIKE ? OR s.ultima_atividade IS NULL OR s.ultima_atividade > ?)"

// List returns the sessions that still let somebody in, latest use first (NULL
// last), then id descending: people's own, admins' all. A use moves its session
// to the front, also while somebody walks the list by cursors.
func (s Sessoes) List(ctx context.Context, f SessaoFiltro) (Pagina[SessaoAberta], error) {
	j := f.janela()
	if err := s.require(Admin, Moderador, Usuario); err != nil {
		return list.Empty[SessaoAberta](j), err
	}
	if s.actor.nivel != Admin {
		f.ClienteID = s.actor.id
	}
	now := s.s.now()
	sel := list.Select(listaSessoes, sessoesAbertas, true, now, schema.HashedTokenPrefix+"%", when.Of(now.Add(-sessaoOciosa)))
	if f.ClienteID != 0 {
		sel.And("s.cliente_id = ?", f.ClienteID)
	}
	page, err := readPage(ctx, s.call, sel, j)
	for i := range page.Itens {
		page.Itens[i].Atual = s.actor.kind == kindPerson && page.Itens[i].ID == s.actor.sessaoID
	}
	return page, err
}

var errSessaoNaoEncontrada = fault.Rule(ErrNotFound, "nao_encontrado", "Sessão não encontrada")

// Revoke ends a session at once, with the permissions of List.
func (s Sessoes) Revoke(ctx context.Context, id int64) error {
	if err := s.require(Admin, Moderador, Usuario); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		var cliente int64
		err := t.Get(ctx, []any{&cliente}, "SELECT coalesce(s.cliente_id, 0) FROM sessoes s WHERE s.id = ? AND s.ativa = ? FOR_UPDATE", id, true)
		if engine.IsNoRows(err) || (err == nil && s.actor.nivel != Admin && cliente != s.actor.id) {
			return errSessaoNaoEncontrada
		}
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, "UPDATE sessoes SET ativa = ? WHERE id = ?", false, id); err != nil {
			return err
		}
		return t.audit(ctx, entry{acao: actSessaoRevoked, text: "Sessão encerrada por quem a revogou", clienteID: cliente, subject: fmt.Sprintf("sessao:%d", id)})
	})
}
