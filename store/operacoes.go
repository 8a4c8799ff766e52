package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/list"
	"example.com/monitor/store/once"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
	"example.com/monitor/store/say"
	"example.com/monitor/store/trail"
)

// Operacoes change many records at once, and take changes back; admins and moderadores, each
// record with the rights that its own operation asks for. A usuario takes back what was done
// to its own record.
type Operacoes struct{ *call }

// Pedido is what an operation is to do, and to which records: IDs, or all that a filter finds
// when it begins.
type Pedido struct {
	Recurso, Acao string
	IDs           []int64
	Clientes      *ClienteFiltro
	Dispositivos  *DispositivoFiltro
	// Campos are the columns that OperacaoAlterar sets and their values in JSON.
	Campos map[string]json.RawMessage
	// Esperados is how many records the caller was shown; where a filter finds another
	// number when the operation begins, it does not. 0 asks for nothing.
	Esperados int
}

// MaxAlvos bounds the records of one operation.
const MaxAlvos = 200_000

var (
	errMuitosAlvos   = fault.Invalid("ids", "São registros demais para uma operação: o máximo é "+say.Thousands(MaxAlvos)+"; divida com um filtro")
	errOutroFiltro   = fault.Invalid("filtro", "Este filtro é de outros registros; só clientes e dispositivos são escolhidos por filtro")
	errDeOutraPessoa = fault.Rule(ErrForbidden, "sem_permissao", "Só quem começou a operação ou um administrador a continua")
	errEmailProprio  = fault.Rule(ErrForbidden, "senha_propria", "O próprio e-mail volta em Trocar e-mail, com a senha atual")
)

// Plan says what p would do, without doing it. Rules about several records, as that of the
// last administrator, are met only by doing it.
func (o Operacoes) Plan(ctx context.Context, p Pedido) (*operation.Plano, error) {
	if err := o.allowed(&p); err != nil {
		return nil, err
	}
	plan := operation.NewPlan(p.Recurso, p.Acao)
	targets, err := o.targets(ctx, &p)
	if err != nil {
		return nil, err
	}
	err = o.foresee(ctx, &p, targets, plan)
	return plan.Ready(), err
}

// Start begins an operation: it writes down what is to be done and to whom, and does nothing of
// it; Continue does. WithIdempotencia applies.
func (o Operacoes) Start(ctx context.Context, p Pedido, op ...Opcao) (Operacao, error) {
	if err := o.allowed(&p); err != nil {
		return Operacao{}, err
	}
	targets, err := o.targets(ctx, &p)
	if err == nil && p.Esperados != 0 && p.Esperados != len(targets) {
		err = fault.Rule(ErrConflict, "outra_quantidade", fmt.Sprintf("Agora são %s, e não %s: confira de novo antes de continuar", say.Thousands(len(targets)), say.Thousands(p.Esperados)))
	}
	return o.start(ctx, p, targets, len(targets), err, 0, op)
}

// start writes the head and the index, unless refused says why not; undoes is the operation that
// this one takes back. A retry is known by what was asked for and not by what a filter finds:
// the first time may have changed that.
func (o Operacoes) start(ctx context.Context, p Pedido, targets []int64, total int, refused error, undoes int64, op []Opcao) (begun Operacao, err error) {
	asked, err := json.Marshal(p)
	if err != nil {
		return begun, err
	}
	parts := []string{string(asked), strconv.FormatInt(undoes, 10)}
	err = o.once(ctx, optionsOf(op).idempotencia, umaOperacao, parts, func(ctx context.Context, t *tx) (int64, error) {
		if refused != nil {
			return 0, refused
		}
		t.part = &part{undoes: undoes}
		head := operation.Head{Recurso: p.Recurso, Acao: p.Acao, Total: total, Campos: p.Campos, Alvos: operation.DigestOf(targets), Nivel: o.actor.nivel}
		err := t.audit(ctx, entry{acao: actOperacaoBegun, text: "Operação iniciada: " + operation.Title(p.Acao, p.Recurso, total), depois: head.Fields()})
		if err != nil {
			return 0, err
		}
		begun = Operacao{ID: t.part.entry, Recurso: p.Recurso, Acao: p.Acao, Ator: t.actor.describe(), Total: total, Desfaz: record.ID(undoes)}
		return begun.ID, operation.Begin(ctx, t.Q, &begun, targets, t.now.Time)
	}, func(_ context.Context, _ *tx, id int64) error {
		begun.ID = id
		return nil
	})
	if err != nil {
		return begun, err
	}
	return o.Get(ctx, begun.ID)
}

// allowed refuses what nobody may ask, or this actor may not.
func (o Operacoes) allowed(p *Pedido) error {
	if err := o.require(Admin, Moderador); err != nil {
		return err
	}
	if err := operation.CheckAct(p.Recurso, p.Acao); err != nil {
		return err
	}
	if p.Acao == operation.Alterar {
		if _, level := p.Campos["nivel_acesso"]; level && o.actor.nivel != Admin {
			return fieldForbidden("nivel_acesso")
		}
		return o.checkFields(p)
	}
	if p.Recurso == operation.Chaves || p.Recurso == operation.Clientes && p.Acao == operation.Remover {
		return o.require(Admin)
	}
	return nil
}

// checkFields refuses columns and values that no record takes.
func (o Operacoes) checkFields(p *Pedido) error {
	if len(p.Campos) == 0 {
		return operation.ErrNoColumns
	}
	if p.Recurso == operation.Clientes {
		return record.CheckColumns(p.Campos)
	}
	_, err := p.mudanca()
	return err
}

// targets are the records that p names or finds, each once, in order.
func (o Operacoes) targets(ctx context.Context, p *Pedido) (ids []int64, err error) {
	switch {
	case p.Clientes != nil && p.Recurso == operation.Clientes:
		f := *p.Clientes
		ids, err = list.EveryID(MaxAlvos, func(cursor string) (Pagina[Cliente], error) {
			f.Pagina, f.PorPagina, f.Cursor, f.SemTotal, f.Ultima = 1, 1000, cursor, true, false
			return Clientes(o).List(ctx, f)
		}, func(c *Cliente) int64 { return c.ID })
	case p.Dispositivos != nil && p.Recurso == operation.Dispositivos:
		f := *p.Dispositivos
		ids, err = list.EveryID(MaxAlvos, func(cursor string) (Pagina[Dispositivo], error) {
			f.Pagina, f.PorPagina, f.Cursor, f.SemTotal, f.Ultima = 1, 1000, cursor, true, false
			return Dispositivos(o).List(ctx, f)
		}, func(d *Dispositivo) int64 { return d.ID })
	case p.Clientes != nil || p.Dispositivos != nil:
		return nil, errOutroFiltro
	default:
		ids = slices.Clone(p.IDs)
	}
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	switch {
	case len(ids) == 0 && (p.Clientes != nil || p.Dispositivos != nil):
		return nil, operation.ErrNobody
	case len(ids) == 0:
		return nil, operation.ErrNoTargets
	case len(ids) > MaxAlvos:
		return nil, errMuitosAlvos
	}
	return ids, nil
}

var listaOperacoes = list.NewListing[Operacao](operation.Table, operation.Joins, "", "o.id", operation.Cols)

// OperacaoFiltro is a window of the operations. The zero value is the first 50.
type OperacaoFiltro struct {
	Pagina    int    // from 1; ignored when Cursor is set
	PorPagina int    // 0 means 50; at most 1000
	Cursor    string // Proximo or Anterior of another window
	Ultima    bool   // the last window of the list instead of the first
	SemTotal  bool   // leaves Total at -1 and saves counting
}

// List returns the operations about many records, the newest first. Admins and moderadores.
func (o Operacoes) List(ctx context.Context, f OperacaoFiltro) (Pagina[Operacao], error) {
	j := list.Window(f).WithDefault(50)
	if err := o.require(Admin, Moderador); err != nil {
		return list.Empty[Operacao](j), err
	}
	page, err := readPage(ctx, o.call, list.Select(listaOperacoes, list.AnyRow), j)
	for i := range page.Itens {
		page.Itens[i].Tell(o.s.cfg.Now(), o.reader(&page.Itens[i]))
	}
	return page, err
}

// Get returns an operation, also a single change by the number of its entry in the audit
// trail. Admins and moderadores.
func (o Operacoes) Get(ctx context.Context, id int64) (Operacao, error) {
	if err := o.require(Admin, Moderador); err != nil {
		return Operacao{}, err
	}
	found, err := o.find(ctx, id)
	if !errors.Is(err, trail.ErrNoEntry) {
		return found, err
	}
	return o.single(ctx, id)
}

// find reads an operation about many records.
func (o Operacoes) find(ctx context.Context, id int64) (found Operacao, err error) {
	err = o.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		found, err = operation.Find(ctx, q, id)
		if engine.IsNoRows(err) {
			return trail.ErrNoEntry
		}
		return err
	})
	found.Tell(o.s.cfg.Now(), o.reader(&found))
	return found, err
}

var listaItens = list.NewListing[OperacaoItem]("monitor_operacoes_itens i", "", "", "i.alvo", "i.alvo, i.situacao, i.log_id, i.motivo")

// Items returns what has become of the targets of operation id, those of situacao, or all when
// it is "", by their number descending. Admins and moderadores.
func (o Operacoes) Items(ctx context.Context, id int64, situacao string, f OperacaoFiltro) (Pagina[OperacaoItem], error) {
	j := list.Window(f).WithDefault(50)
	if err := o.require(Admin, Moderador); err != nil {
		return list.Empty[OperacaoItem](j), err
	}
	op, err := o.find(ctx, id)
	if err != nil {
		return list.Empty[OperacaoItem](j), err
	}
	s := list.Select(listaItens, "i.operacao = ?", id)
	if situacao != "" {
		if err := operation.CheckSituation(situacao); err != nil {
			return list.Empty[OperacaoItem](j), err
		}
		s.And("i.situacao = ?", situacao)
	}
	page, err := readPage(ctx, o.call, s, j)
	if err != nil || len(page.Itens) == 0 {
		return page, err
	}
	return page, o.read(ctx, func(ctx context.Context, q engine.Q) error { return operation.Name(ctx, q, op.Recurso, page.Itens) })
}

// Stop gives an operation up: what was not done stays as it is. Whoever began it, and admins.
func (o Operacoes) Stop(ctx context.Context, id int64) (Operacao, error) {
	found, err := o.mine(ctx, id)
	if err != nil || !found.IsOpen() {
		return found, err
	}
	err = o.write(ctx, func(ctx context.Context, t *tx) error {
		if err := t.lockOperacao(ctx, id); err != nil {
			return err
		}
		if err := operation.End(ctx, t.Q, id, operation.Encerrada); err != nil {
			return err
		}
		return t.audit(ctx, entry{acao: actOperacaoStopped, text: "Operação encerrada antes do fim: " + operation.Title(found.Acao, found.Recurso, found.Total), subject: fmt.Sprintf("operacao:%d", id)})
	})
	if err != nil {
		return found, err
	}
	return o.find(ctx, id)
}

// mine reads an operation that the actor began, or that an administrator may end.
func (o Operacoes) mine(ctx context.Context, id int64) (Operacao, error) {
	if err := o.require(Admin, Moderador); err != nil {
		return Operacao{}, err
	}
	found, err := o.find(ctx, id)
	if err == nil && o.actor.nivel != Admin && !o.began(&found) {
		err = errDeOutraPessoa
	}
	return found, err
}

// began returns whether the actor began an operation; people are renamed.
func (o Operacoes) began(op *Operacao) bool {
	return op.Ator == o.actor.describe() || strings.HasPrefix(op.Ator, o.actor.ref()+" ")
}

func (o Operacoes) reader(op *Operacao) operation.Reader {
	return operation.Reader{Began: o.began(op), Admin: o.actor.nivel == Admin}
}

// part ties a change to the operation that it belongs to.
type part struct {
	head   int64 // the operation about many records; 0 for a change on its own
	target int64 // 0: the client whom the change is about
	undoes int64 // the entry that the change takes back
	entry  int64 // of the change in the audit trail, once it is written
	told   *int64

	key, asked string // of a request that must not be done twice
}

// isOfMany returns whether what changes nothing is to leave no entry.
func (p *part) isOfMany() bool { return p != nil && p.head != 0 }

// begin forgets what an attempt wrote that came to nothing, and keeps other processes from
// ending the operation, or going on with it, until the transaction ends.
func (p *part) begin(ctx context.Context, t *tx) error {
	if p == nil {
		return nil
	}
	p.entry = 0
	if p.head == 0 {
		return nil
	}
	return t.lockOperacao(ctx, p.head)
}

func (t *tx) lockOperacao(ctx context.Context, id int64) error {
	return t.lockNames(ctx, "operacao:"+strconv.FormatInt(id, 10))
}

// wrote notes the entry of the change, in its transaction. The number of what cannot be taken back
// is not told.
func (p *part) wrote(ctx context.Context, t *tx, id, cliente int64, reversible bool) error {
	if p == nil {
		return nil
	}
	p.entry = id
	if p.told != nil && reversible {
		*p.told = id
	}
	if p.head == 0 {
		return once.Remember(ctx, t.Q, t.actor.ref(), umDesfazer, p.key, p.asked, id, t.now)
	}
	return operation.Did(ctx, t.Q, p.head, cmp.Or(p.target, cliente), id)
}

// noting is c with its part, where WithOperacao asks for the number.
func (c *call) noting(op []Opcao) *call {
	to := optionsOf(op).operacao
	if to == nil {
		return c
	}
	return &call{s: c.s, actor: c.actor, part: &part{told: to}}
}
