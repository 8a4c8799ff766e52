package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/trail"
)

// key settles the keys with which the trail goes on, before anything is changed.
func (r *restoring) key() error {
	t := trail.New(r.cfg.Trail)
	list, err := t.LoadKeys()
	if err != nil {
		return err
	}
	signed := r.res.Copia.ChavesAuditoria
	known := slices.ContainsFunc(signed, func(id string) bool { _, have := list.Find(id); return have })
	switch {
	case len(signed) == 0 || known:
	case r.o.ChaveNova:
		r.res.Avisos = append(r.res.Avisos, "a trilha anterior foi assinada com outra chave e não pode mais ser verificada")
	case len(list) == 0:
		return &CopiaError{
			Frase:   "falta a chave de auditoria " + signed[len(signed)-1] + ", que assinou a trilha desta cópia",
			Remedio: "ponha o arquivo da chave em " + t.Cfg.KeyPath + " (ou o seu conteúdo em MONITOR_AUDITORIA_CHAVE); se ela se perdeu, repita com --chave-nova",
		}
	default:
		return &CopiaError{
			Frase:   "a trilha desta cópia foi assinada com a chave de auditoria " + signed[len(signed)-1] + ", e a que está em uso é " + list[0].ID,
			Remedio: "troque a chave em " + t.Cfg.KeyPath + " pela guardada (ou informe-a em MONITOR_AUDITORIA_CHAVE); se ela se perdeu, repita com --chave-nova",
		}
	}
	r.assume = len(signed) > 0 && !known
	if len(list) == 0 {
		first, err := t.CreateKey()
		if err != nil {
			return err
		}
		list = trail.Keyring{first}
	}
	r.cfg.Trail.KeyPlace = t.KeyOrigin()
	texts := make([]string, len(list))
	for i, k := range list {
		texts[i] = hex.EncodeToString(k.Secret)
	}
	r.cfg.Trail.Key = strings.Join(texts, " ")
	return nil
}

// intoServer fills the empty database on a server.
func (r *restoring) intoServer(ctx context.Context) error {
	err := r.fillServer(ctx)
	if err == nil {
		return nil
	}
	if left := r.sweep(ctx); left != nil {
		r.cfg.Log.WarnContext(ctx, "as tabelas de uma restauração que falhou ficaram no banco", slog.Any("erro", left))
		return &CopiaError{
			Frase:   "a restauração falhou (" + err.Error() + "), e as tabelas que ela fez ficaram no banco de destino",
			Remedio: "apague-as antes de repetir, ou restaure em outro banco vazio", cause: err,
		}
	}
	return err
}

func (r *restoring) fillServer(ctx context.Context) error {
	r.o.progress("Preparando o banco", 0, 0)
	db, err := engine.Open(ctx, r.target)
	if err != nil {
		return err
	}
	err = r.makeBase(ctx, db)
	if err == nil {
		err = r.cfg.Prepare(ctx, r.place(""), nil)
	}
	if err == nil {
		err = r.load(ctx, db)
		r.loaded = err == nil
	}
	if err == nil {
		err = r.addRules(ctx, db)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	// The anchor of an earlier database of this name knows nothing of this one.
	if err := r.setAside(r.cfg.Trail.AnchorPath, r.cfg.Trail.AnchorPath+r.suffix()); err != nil {
		return err
	}
	return r.cfg.Record(ctx, r.place(""), r.res, r.assume)
}

// intoFile makes the database in a folder beside its place and moves it there
// when it is complete.
func (r *restoring) intoFile(ctx context.Context) error {
	final := r.target.Path
	if err := os.MkdirAll(filepath.Dir(final), 0o700); err != nil {
		return fault.File(final, err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(final), ".restaurando-*")
	if err != nil {
		return fault.File(final, err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "banco.db")
	if err := r.fillFile(ctx, file); err != nil {
		return err
	}
	if err := r.cfg.Record(ctx, r.place(file), r.res, r.assume); err != nil {
		return err
	}
	// What our own connections leave is one file again.
	if err := engine.Alone(ctx, file); err != nil {
		return err
	}
	if err := r.giveWay(ctx); err != nil {
		return err
	}
	if err := os.Rename(file+".ancora", final+".ancora"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fault.File(final, err)
	}
	if err := (&durable.Partial{Name: file, Final: final}).Sync(); err != nil {
		return err
	}
	if err := os.Rename(file, final); err != nil {
		if r.res.Anterior != "" { // better the old one than none
			_ = os.Rename(r.res.Anterior, final)
		}
		return fault.File(final, err)
	}
	return durable.SyncDir(final)
}

// fillFile gives file the content of the copy.
func (r *restoring) fillFile(ctx context.Context, file string) error {
	if r.res.Copia.Formato == CopiaSQLite {
		if err := r.copyFile(ctx, file); err != nil {
			return err
		}
		if err := r.dropForeign(ctx, file); err != nil {
			return err
		}
	}
	if err := r.cfg.Prepare(ctx, r.place(file), func(n, total int) { r.o.progress("Preparando a busca", int64(n), int64(total)) }); err != nil {
		return err
	}
	t, err := engine.ParseURL("sqlite:///" + filepath.ToSlash(file))
	if err != nil {
		return err
	}
	db, err := engine.Open(ctx, t)
	if err != nil {
		return err
	}
	if r.res.Copia.Formato != CopiaSQLite {
		return errors.Join(r.load(ctx, db), db.Close())
	}
	err = db.Bulk(ctx, func(ctx context.Context, q engine.Q) error {
		if _, err := q.Exec(ctx, "DROP TABLE IF EXISTS "+sealTable); err != nil {
			return err
		}
		return r.goOn(ctx, q)
	})
	return errors.Join(err, db.Close())
}

// copyFile copies the very file that was verified.
func (r *restoring) copyFile(ctx context.Context, file string) error {
	from, err := os.Open(r.res.Copia.Arquivo)
	if err != nil {
		return ReadError(r.res.Copia.Arquivo, err)
	}
	defer from.Close()
	to, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.File(file, err)
	}
	defer to.Close()
	sum := sha256.New()
	for done := int64(0); err == nil && ctx.Err() == nil; {
		var n int64
		n, err = io.CopyN(io.MultiWriter(to, sum), from, 8<<20)
		done += n
		r.o.progress("Restaurando", done, r.res.Copia.Bytes)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case !errors.Is(err, io.EOF):
		return fault.File(file, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != r.res.Copia.SHA256 {
		return &CopiaError{Frase: "a cópia mudou enquanto era restaurada", Remedio: "veja quem escreve nela e repita"}
	}
	return to.Close()
}

func (r *restoring) suffix() string {
	return ".antes-" + r.cfg.Now().In(r.cfg.Zone).Format("2006-01-02T150405")
}

// giveWay moves the file that is to be replaced, and what belongs to it, to
// another name. A program that works on it would go on working there, unnoticed:
// it must have ended.
func (r *restoring) giveWay(ctx context.Context) error {
	final := r.target.Path
	if _, err := os.Stat(final); errors.Is(err, os.ErrNotExist) {
		return r.setAside(final+".ancora", final+r.suffix()+".ancora")
	}
	if err := engine.Alone(ctx, final); err != nil && !engine.Damaged(err) {
		return &engine.UnavailableError{
			Causa:   "o banco " + final + " está aberto em outro programa",
			Remedio: "pare o monitor serve e os outros programas que usam o banco, e repita",
		}
	}
	r.res.Anterior = final + r.suffix()
	for _, end := range []string{"-wal", "-shm", ".ancora", ""} {
		if err := r.setAside(final+end, r.res.Anterior+end); err != nil {
			return err
		}
	}
	return nil
}

// setAside renames a file that may not be there.
func (r *restoring) setAside(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fault.Rule(fault.ErrConflict, "arquivo_existe", to+" já existe")
	}
	if err := os.Rename(from, to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fault.File(from, err)
	}
	return nil
}
