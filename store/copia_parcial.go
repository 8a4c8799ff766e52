package store

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"example.com/monitor/store/fault"
)

// parcial is a file that is being made beside the one that it will become.
type parcial struct {
	name  string
	final string
}

func newParcial(final string) (*parcial, error) {
	dir, base := filepath.Split(final)
	p := &parcial{name: filepath.Join(dir, "."+base+".parcial-"+rand.Text()[:8]), final: final}
	f, err := os.OpenFile(p.name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fileError(final, err)
	}
	return p, f.Close()
}

// discard removes what did not become the file; after publish there is nothing.
func (p *parcial) discard() {
	for _, end := range []string{"", "-journal", "-wal", "-shm"} {
		_ = os.Remove(p.name + end)
	}
}

// explain keeps the name of the unfinished file out of what people read.
func (p *parcial) explain(err error) error {
	if e, ok := errors.AsType[*CopiaError](err); ok {
		about := *e
		about.Arquivo = ""
		about.Frase = "a cópia foi lida de volta e não confere, por isso não foi guardada: " + e.Frase
		about.Remedio = "confira o disco em que ela seria guardada e repita"
		return &about
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
		return err
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fileError(p.final, err)
	}
	return err
}

func (p *parcial) sync() error {
	f, err := os.OpenFile(p.name, os.O_RDWR, 0o600)
	if err != nil {
		return fileError(p.final, err)
	}
	if err := errors.Join(fsync(f), f.Close()); err != nil {
		return fileError(p.final, err)
	}
	return nil
}

// publish gives the file its name. Without over, one that appeared meanwhile is
// left alone.
func (p *parcial) publish(over bool) error {
	if !over {
		err := os.Link(p.name, p.final)
		if err == nil {
			_ = os.Remove(p.name)
			return syncDir(p.final)
		}
		if errors.Is(err, os.ErrExist) {
			return fault.Rule(ErrConflict, "arquivo_existe", p.final+" já existe")
		}
		// Not every file system knows links.
	}
	if err := os.Rename(p.name, p.final); err != nil {
		return fileError(p.final, err)
	}
	return syncDir(p.final)
}

func join(list []string) string { return strings.Join(list, ", ") }

// systemWords puts the usual failures of files into Portuguese.
func systemWords(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "a pasta ou o arquivo não existe"
	case errors.Is(err, fs.ErrPermission):
		return "sem permissão"
	case errors.Is(err, syscall.ENOSPC):
		return "o disco está cheio"
	case errors.Is(err, syscall.EROFS):
		return "o disco só aceita leitura"
	case errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTDIR):
		return "uma parte do caminho não é o que deveria ser"
	default:
		return "falha do sistema de arquivos"
	}
}
