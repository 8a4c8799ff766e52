// Package durable puts files on the disk so that they survive a power cut, and
// makes a file beside its name until all of it is right.
package durable

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"

	"example.com/monitor/store/fault"
)

// Partial is a file that is being made beside the one that it will become.
type Partial struct {
	Name  string // where it is being made
	Final string // what it will be called
}

// NewPartial begins the file that will be final. It is for its owner only; the error
// is a *fault.UnavailableError.
func NewPartial(final string) (*Partial, error) {
	dir, base := filepath.Split(final)
	p := &Partial{Name: filepath.Join(dir, "."+base+".parcial-"+rand.Text()[:8]), Final: final}
	f, err := os.OpenFile(p.Name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fault.File(final, err)
	}
	return p, f.Close()
}

// Discard removes what did not become the file; after publish there is nothing.
func (p *Partial) Discard() {
	for _, end := range []string{"", "-journal", "-wal", "-shm"} {
		_ = os.Remove(p.Name + end)
	}
}

// Sync puts what was written on the disk.
func (p *Partial) Sync() error {
	f, err := os.OpenFile(p.Name, os.O_RDWR, 0o600)
	if err != nil {
		return fault.File(p.Final, err)
	}
	if err := errors.Join(Fsync(f), f.Close()); err != nil {
		return fault.File(p.Final, err)
	}
	return nil
}

// Publish gives the file its name. Without over, one that appeared meanwhile is
// left alone.
func (p *Partial) Publish(over bool) error {
	if !over {
		err := os.Link(p.Name, p.Final)
		if err == nil {
			_ = os.Remove(p.Name)
			return SyncDir(p.Final)
		}
		if errors.Is(err, os.ErrExist) {
			return fault.Rule(fault.ErrConflict, "arquivo_existe", p.Final+" já existe")
		}
		// Not every file system knows links.
	}
	if err := os.Rename(p.Name, p.Final); err != nil {
		return fault.File(p.Final, err)
	}
	return SyncDir(p.Final)
}
