package diagnose

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/say"
	"example.com/monitor/store/schema"
)

// sqlite examines a file: who may use it, what it is, what it holds.
func (d *examiner) sqlite(ctx context.Context) (schema.State, error) {
	info, err := os.Stat(d.t.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && d.t.Instance != "":
		return "", d.fail(stageFile, schema.InInstance(d.t), "")
	case errors.Is(err, fs.ErrNotExist):
		return schema.Missing, d.folder(filepath.Dir(d.t.Path))
	case err != nil:
		return "", d.refuse(stageFile, reasonPermission, "o arquivo não pôde ser lido", "confira as permissões de "+d.t.Path)
	case info.IsDir():
		return "", d.refuse(
			stageFile,
			reasonNoFile,
			d.t.Path+" é uma pasta",
			"informe o arquivo do banco, por exemplo sqlite:///data/clientes.db",
		)
	}
	if err := d.t.MayWrite(); err != nil {
		return "", d.refuse(
			stageFile,
			reasonPermission,
			"o arquivo só permite leitura",
			"dê permissão de escrita ao arquivo e à pasta dele",
		)
	}
	if readableByOthers(info) {
		d.warn(
			stageFile,
			reasonOpenFile,
			say.Bytes(info.Size())+", legível por outros usuários desta máquina",
			"restrinja com: chmod 600 "+d.t.Path,
		)
	} else {
		d.ok(stageFile, say.Bytes(info.Size())+", só o dono pode ler")
	}
	return d.contents(ctx, info.Size())
}

// readableByOthers says that a file's mode lets other people in. Windows keeps
// that elsewhere.
func readableByOthers(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}

// folder checks that a missing file could be made.
func (d *examiner) folder(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err == nil && info.IsDir() {
			break
		}
		if err == nil || dir == filepath.Dir(dir) {
			return d.refuse(stageFile, reasonNoFile, dir+" não é uma pasta", "escolha outro caminho com --banco")
		}
		dir = filepath.Dir(dir)
	}
	probe, err := os.CreateTemp(dir, ".monitor-*")
	if err != nil {
		return d.refuse(
			stageFile,
			reasonPermission,
			"a pasta "+dir+" não permite escrita",
			"dê permissão de escrita à pasta ou escolha outra com --banco",
		)
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	d.ok(stageFile, "ainda não existe; a pasta permite criá-lo")
	return d.space(dir, 0)
}

// contents opens the file and looks inside.
func (d *examiner) contents(ctx context.Context, size int64) (schema.State, error) {
	db, err := engine.Open(ctx, d.t)
	if err != nil {
		return "", d.fail(stageEngine, err, "confira o caminho do banco")
	}
	defer db.Close()
	d.db = db
	var form, journal string
	if err := db.Reader().Get(ctx, []any{&form}, "SELECT sqlite_version()"); err != nil {
		return "", d.fail(stageEngine, err, "confira o caminho do banco")
	}
	if err := db.Reader().Get(ctx, []any{&journal}, "PRAGMA journal_mode"); err != nil {
		return "", d.fail(stageEngine, err, "confira o caminho do banco")
	}
	d.ok(stageEngine, "SQLite "+form+", diário "+journal)
	if err := d.schema(ctx); err != nil {
		return d.state, err
	}
	if err := d.tables(ctx); err != nil {
		return d.state, err
	}
	if err := d.space(filepath.Dir(d.t.Path), size); err != nil {
		return d.state, err
	}
	return d.state, errors.Join(d.security(ctx), d.cutover(ctx), d.key(ctx))
}

// minSpace is what a small database grows by in months.
const minSpace = 64 << 20

// space wants room to write, and warns before an adoption, which copies the
// texts into the search index, could fill the disk.
func (d *examiner) space(dir string, size int64) error {
	free, known := durable.FreeSpace(dir)
	text := say.Bytes(free) + " livres"
	switch {
	case !known:
	case free < 1<<20:
		return d.refuse(
			stageDisk,
			engine.MotivoEspaco,
			"o disco do banco está cheio ("+text+")",
			"libere espaço no disco, ou escolha outra pasta com --banco",
		)
	case free < minSpace+size:
		d.warn(
			stageDisk,
			reasonLittleSpace,
			fmt.Sprintf("%s, e o banco ocupa %s", text, say.Bytes(size)),
			"libere espaço no disco do banco",
		)
	default:
		d.ok(stageDisk, text)
	}
	return nil
}
