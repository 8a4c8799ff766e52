package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"example.com/monitor/store/engine"
)

// SessaoAberta is a session as people see it: without its token.
type SessaoAberta struct {
	bun.BaseModel `bun:"table:sessoes,alias:s"`

	ID              int64    `bun:"id" json:"id"`
	ClienteID       jsonID   `bun:"cliente_id,nullzero" json:"cliente_id"`
	ClienteNome     jsonText `bun:"cliente_nome,nullzero" json:"cliente_nome"`
	IPAddress       jsonText `bun:"ip_address,nullzero" json:"ip_address"`
	UserAgent       jsonText `bun:"user_agent,nullzero" json:"user_agent"`
	DataInicio      Hora     `bun:"data_inicio" json:"data_inicio"`
	DataExpiracao   Hora     `bun:"data_expiracao" json:"data_expiracao"`
	UltimaAtividade Hora     `bun:"ultima_atividade" json:"ultima_atividade"`
	Atual           bool     `bun:"-" json:"atual"` // the caller's own
}

const sessoesAbertas = `SELECT s.id, s.cliente_id, c.nome AS cliente_nome, s.ip_address, s.user_agent, s.data_inicio, s.data_expiracao, s.ultima_atividade
	FROM sessoes s LEFT JOIN clientes c ON c.id = s.cliente_id WHERE s.ativa = ? AND s.data_expiracao > ?
	AND (s.token NOT LIKE ? OR s.ultima_atividade IS NULL OR s.ultima_atividade > ?)`

// List returns the sessions that still let somebody in, latest use first, at most
// 500: people's own, admins' all (of clienteID, where that is not 0).
func (s Sessoes) List(ctx context.Context, clienteID int64) ([]SessaoAberta, error) {
	if err := s.require(Admin, Moderador, Usuario); err != nil {
		return nil, err
	}
	if s.actor.nivel != Admin {
		clienteID = s.actor.id
	}
	now := s.s.agora()
	query, args := sessoesAbertas, []any{true, now, prefixoToken + "%", horaDe(now.Add(-sessaoOciosa))}
	if clienteID != 0 {
		query, args = query+" AND s.cliente_id = ?", append(args, clienteID)
	}
	list := []SessaoAberta{}
	err := s.read(ctx, func(ctx context.Context, q engine.Q) error {
		return q.All(ctx, &list, query+" ORDER BY NEWEST(s.ultima_atividade), s.id DESC LIMIT ?", append(args, limiteLista)...)
	})
	for i := range list {
		list[i].Atual = s.actor.kind == kindPerson && list[i].ID == s.actor.sessaoID
	}
	return list, err
}

var errSessaoNaoEncontrada = ruleError(ErrNotFound, "nao_encontrado", "Sessão não encontrada")

// Revoke ends a session at once, with the permissions of List.
func (s Sessoes) Revoke(ctx context.Context, id int64) error {
	if err := s.require(Admin, Moderador, Usuario); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		var cliente int64
		err := t.Get(ctx, []any{&cliente}, "SELECT coalesce(s.cliente_id, 0) FROM sessoes s WHERE s.id = ? AND s.ativa = ? FOR_UPDATE", id, true)
		if isNoRows(err) || (err == nil && s.actor.nivel != Admin && cliente != s.actor.id) {
			return errSessaoNaoEncontrada
		}
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, "UPDATE sessoes SET ativa = ? WHERE id = ?", false, id); err != nil {
			return err
		}
		return t.audit(ctx, registro{acao: acaoSessaoFim, descricao: "Sessão encerrada por quem a revogou", clienteID: cliente, sujeito: fmt.Sprintf("sessao:%d", id)})
	})
}
