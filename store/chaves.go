package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/list"
	"example.com/monitor/store/record"
	"example.com/monitor/store/when"
)

// ChaveNova is a key to be made.
type ChaveNova struct {
	Nome        string
	Nivel       string    // Admin, Leitura or Agente
	ExpiraEm    time.Time // zero: never
	UsosMaximos int64     // 0: unlimited; devices that an agente key may register
}

func (n *ChaveNova) validate(now time.Time) error {
	var bad InvalidError
	n.Nome = strings.TrimSpace(n.Nome)
	if n.Nome == "" {
		bad.Add("nome", "Dê um nome à chave, por exemplo o do programa que vai usá-la")
	}
	bad.Add("nome", record.TextProblem(n.Nome, 100, true))
	if n.Nivel != Admin && n.Nivel != Leitura && n.Nivel != Agente {
		bad.Add("nivel", "O nível da chave deve ser admin, leitura ou agente")
	}
	if !n.ExpiraEm.IsZero() && !n.ExpiraEm.After(now) {
		bad.Add("expira_em", "A data de expiração já passou")
	}
	if n.UsosMaximos < 0 {
		bad.Add("usos_maximos", "O número de usos não pode ser negativo")
	}
	return bad.OrNil()
}

// Create makes a key; the secret is returned once and stored only as its
// SHA-256. Admins only. WithIdempotencia applies; a retry gets the key as it is
// now with "" for the secret, which nobody can show again: whoever lost it revokes
// the key and makes another.
func (k Chaves) Create(ctx context.Context, nova ChaveNova, op ...Opcao) (segredo string, c Chave, err error) {
	if err := k.require(Admin); err != nil {
		return "", c, err
	}
	if err := nova.validate(k.s.cfg.Now()); err != nil {
		return "", c, err
	}
	segredo = keyPrefix + newToken()
	parts := []string{nova.Nome, nova.Nivel, nova.ExpiraEm.UTC().Format(time.RFC3339Nano), strconv.FormatInt(nova.UsosMaximos, 10)}
	err = k.once(ctx, optionsOf(op).idempotencia, umaChave, parts, func(ctx context.Context, t *tx) (_ int64, err error) {
		c = Chave{
			Nome: nova.Nome, Nivel: nova.Nivel, Hash: sha256Hex(segredo), Inicio: segredo[:len(keyPrefix)+4],
			CriadaEm: t.now, CriadaPor: chars.Truncate(t.actor.describe(), 200), UsosMaximos: record.ID(nova.UsosMaximos),
		}
		if !nova.ExpiraEm.IsZero() {
			c.ExpiraEm = when.Of(nova.ExpiraEm)
		}
		var usos any
		if c.UsosMaximos > 0 {
			usos = int64(c.UsosMaximos)
		}
		c.ID, err = t.Insert(ctx, "INSERT INTO monitor_chaves(nome, nivel, hash, inicio, criada_em, criada_por, expira_em, usos_maximos) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			c.Nome, c.Nivel, c.Hash, c.Inicio, c.CriadaEm, c.CriadaPor, c.ExpiraEm, usos)
		if err != nil {
			return 0, err
		}
		return c.ID, t.audit(ctx, entry{
			acao: actChaveCreated, text: "Chave de API " + c.Nome + " criada", subject: fmt.Sprintf("chave:%d", c.ID),
			depois: map[string]any{"nome": c.Nome, "nivel": c.Nivel, "expira_em": c.ExpiraEm, "usos_maximos": c.UsosMaximos},
		})
	}, func(ctx context.Context, t *tx, id int64) (err error) {
		segredo = ""
		c, err = t.chave(ctx, id)
		return err
	})
	return segredo, c, err
}

// ChaveFiltro selects keys. The zero value is the first 100.
type ChaveFiltro struct {
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 100; at most 1000
	Cursor    string // Proximo or Anterior of another window
	Ultima    bool   // the last window of the list instead of the first
	SemTotal  bool   // leaves Total at -1 and saves counting
}

func (f ChaveFiltro) janela() list.Window {
	return list.Window(f).WithDefault(100)
}

var listaChaves = list.NewListing[Chave]("monitor_chaves k", "", "", "k.id", chaveCols)

// List returns keys, newest first (id descending), without secrets. Admins only.
func (k Chaves) List(ctx context.Context, f ChaveFiltro) (Pagina[Chave], error) {
	j := f.janela()
	if err := k.require(Admin); err != nil {
		return list.Empty[Chave](j), err
	}
	return readPage(ctx, k.call, list.Select(listaChaves, list.AnyRow), j)
}

const chaveCols = "k.id, k.nome, k.nivel, k.inicio, k.criada_em, k.criada_por, k.expira_em, k.usos_maximos, k.usos, k.revogada_em, k.ultimo_uso"

var errChaveNaoEncontrada = fault.Rule(ErrNotFound, "nao_encontrado", "Chave não encontrada")

func (t *tx) chave(ctx context.Context, id int64) (Chave, error) {
	var list []Chave
	err := t.All(ctx, &list, "SELECT "+chaveCols+" FROM monitor_chaves k WHERE k.id = ?", id)
	if err == nil && len(list) == 0 {
		err = errChaveNaoEncontrada
	}
	if err != nil {
		return Chave{}, err
	}
	return list[0], nil
}

// Revoke ends a key at once; revoking it again changes nothing. Admins only.
func (k Chaves) Revoke(ctx context.Context, id int64) (Chave, error) {
	var c Chave
	if err := k.require(Admin); err != nil {
		return c, err
	}
	err := k.write(ctx, func(ctx context.Context, t *tx) error {
		var err error
		if c, err = t.chave(ctx, id); err != nil {
			return err
		}
		if !c.RevogadaEm.IsZero() {
			return nil
		}
		c.RevogadaEm = t.now
		if _, err := t.Exec(ctx, "UPDATE monitor_chaves SET revogada_em = ? WHERE id = ?", c.RevogadaEm, id); err != nil {
			return err
		}
		return t.audit(ctx, entry{acao: actChaveRevoked, text: "Chave de API " + c.Nome + " revogada", subject: fmt.Sprintf("chave:%d", id)})
	})
	return c, err
}
