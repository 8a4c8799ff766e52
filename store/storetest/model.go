package storetest

import (
	"crypto/rand"
	"path/filepath"
	"sync"
)

// model is what a family's installer makes. It runs once in a process, because it
// takes most of a server's start: each server gets a copy.
type model struct {
	once     sync.Once
	g        *guard
	password string // of the owner; PostgreSQL keeps it in the folder
	err      error
}

func (m *model) data() string { return filepath.Join(m.g.dir, "dados") }

// installed is the server's own data folder, as install makes it.
func (s *Server) installed(m *model, install func(m *model) error) (data string, err error) {
	m.once.Do(func() {
		m.password = rand.Text()
		if m.g, m.err = newGuard(s.kind.name+"-modelo", s.kind.last, s.kind.users...); m.err != nil {
			return
		}
		if m.err = install(m); m.err != nil {
			m.g.close()
		}
	})
	if m.err != nil {
		return "", m.err
	}
	s.Password = m.password
	data = filepath.Join(s.g.dir, "dados")
	return data, s.g.run("cp", "-R", m.data(), data)
}
