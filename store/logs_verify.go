package store

import (
	"context"
	"sync"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/summary"
	"example.com/monitor/store/trail"
)

// Verify checks every link of the chain against the rows it vouches for, the
// heads, the seals and the anchor file. Admins and moderadores. It may take as long as
// ctx allows: about 2 s per 100,000 links. A process checks one at a time; ErrTooMany
// while another runs.
func (l Logs) Verify(ctx context.Context) (Verificacao, error) { return l.VerifyWatched(ctx, nil) }

// VerifyWatched is Verify for somebody who watches: seen, where it is not nil, is
// called from time to time with the number of links checked.
func (l Logs) VerifyWatched(ctx context.Context, seen func(links int)) (Verificacao, error) {
	c, err := l.Conferencia(ctx)
	if err != nil {
		return Verificacao{}, err
	}
	return c.Run(ctx, seen)
}

// VerifyAgainst is Verify that also compares the trail with a copy of the anchor that
// was kept elsewhere; the local operator only, whose file it is.
func (l Logs) VerifyAgainst(ctx context.Context, path string) (Verificacao, error) {
	if l.actor.kind != kindLocal {
		return Verificacao{}, errForbidden
	}
	text, err := readKeptAnchor(path)
	if err != nil {
		return Verificacao{}, err
	}
	c, err := l.Conferencia(ctx)
	if err != nil {
		return Verificacao{}, err
	}
	c.kept = text
	return c.Run(ctx, nil)
}

// Conferencia is a verification that may begin.
type Conferencia struct {
	l    Logs
	end  func()
	kept []byte // an anchor kept elsewhere; nil for none
}

// Conferencia is the part of Verify that says whether it may begin, for a caller who
// must know that first. It keeps others away until it has run or ctx is over.
func (l Logs) Conferencia(ctx context.Context) (*Conferencia, error) {
	if err := l.require(Admin, Moderador); err != nil {
		return nil, err
	}
	if !l.s.verifying.TryLock() {
		return nil, errVerificando
	}
	unlock := sync.OnceFunc(l.s.verifying.Unlock)
	stop := context.AfterFunc(ctx, unlock)
	return &Conferencia{l: l, end: func() { stop(); unlock() }}, nil
}

// Run is the verification itself, once.
func (c *Conferencia) Run(ctx context.Context, seen func(links int)) (Verificacao, error) {
	defer c.end()
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
		defer cancel()
	}
	var v Verificacao
	err := c.verify(ctx, &v, seen)
	if err == nil {
		c.l.remember(ctx, summary.NoteVerification, summary.Verification{FeitaEm: c.l.s.now(), Integra: v.Integra, Problemas: len(v.Problemas)})
	}
	return v, err
}

func (c *Conferencia) verify(ctx context.Context, v *Verificacao, seen func(links int)) error {
	s := c.l.s
	keys, err := s.chain.LoadKeys()
	if err != nil {
		return err
	}
	// The anchor comes first: what is anchored after the snapshot began is not in it.
	anchor, err := trail.ReadAnchor(s.chain.Cfg.AnchorPath)
	if err != nil {
		return err
	}
	adopted, err := s.db.Adopted(ctx)
	if err != nil {
		return err
	}
	check := trail.Check{Keys: keys, Anchor: anchor, Kept: c.kept, Adopted: adopted, Now: s.cfg.Now(), Zone: s.cfg.Fuso, Seen: seen}
	return s.db.Snapshot(ctx, func(q engine.Q) (err error) {
		*v, err = check.Run(ctx, q)
		return err
	})
}

var errVerificando = fault.Rule(ErrTooMany, "verificacao_em_curso", "A trilha já está sendo verificada: espere essa verificação terminar")
