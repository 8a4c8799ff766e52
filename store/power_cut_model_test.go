package store_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// disco is what a disk holds for sure, and what may have reached it since. A file
// keeps what was written before its last fsync began that came to its end; a name,
// what it led to when its folder was last put on the disk.
type disco struct {
	n         int64
	firme     map[int][]byte
	pendentes map[int][]pendente
	nomes     map[string]int
	// talvez are the files that a name led to since, 0 for none.
	talvez map[string][]mudanca
}

type mudanca struct {
	n       int64
	arquivo int
}

type pendente struct {
	n int64
	evento
}

func novoDisco() *disco {
	return &disco{firme: map[int][]byte{}, pendentes: map[int][]pendente{}, nomes: map[string]int{}, talvez: map[string][]mudanca{}}
}

// passa lets the next event happen.
func (d *disco) passa(e evento) {
	d.n++
	switch e.Tipo {
	case evEscreve, evCorta:
		d.pendentes[e.Arquivo] = append(d.pendentes[e.Arquivo], pendente{d.n, e})
	case evSincroniza:
		d.firma(e.Arquivo, e.Em)
	case evNomes:
		d.nomes = e.Nomes
		for name, list := range d.talvez {
			d.talvez[name] = slices.DeleteFunc(list, func(m mudanca) bool { return m.n <= e.Em })
		}
	case evNome:
		if now := d.leva(e.Nome); now != e.Arquivo {
			d.talvez[e.Nome] = append(d.talvez[e.Nome], mudanca{d.n, e.Arquivo})
		}
	}
}

// leva is what a name leads to for those who ask the system.
func (d *disco) leva(nome string) int {
	if later := d.talvez[nome]; len(later) > 0 {
		return later[len(later)-1].arquivo
	}
	return d.nomes[nome]
}

func (d *disco) firma(arquivo int, until int64) {
	list := d.pendentes[arquivo]
	for len(list) > 0 && list[0].n <= until {
		d.firme[arquivo] = aplica(d.firme[arquivo], list[0].evento)
		list = list[1:]
	}
	d.pendentes[arquivo] = list
}

func aplica(content []byte, e evento) []byte {
	if e.Tipo == evCorta {
		return cresce(content, int(e.Em), 0)[:e.Em]
	}
	content = cresce(content, int(e.Em)+len(e.Bytes), 0)
	copy(content[e.Em:], e.Bytes)
	return content
}

func cresce(content []byte, size int, filler byte) []byte {
	if size > len(content) {
		content = append(content, bytes.Repeat([]byte{filler}, size-len(content))...)
	}
	return content
}

// Ways for the power to go.
const (
	perdeTudo  = iota // nothing that was not fsynced is there
	fica              // all is there, as after kill -9
	interrompe        // the writes up to one of them, and half of that
	embaralha         // any sectors of any writes, sizes and names
	modos
)

// corte builds in dir one state that a power loss may leave.
func (d *disco) corte(dir string, r *rand.Rand) error {
	c := corteDeLuz{modo: r.IntN(modos), setor: []int{512, 4096}[r.IntN(2)], r: r}
	c.safekeeping = []float64{0.1, 0.5, 0.9, 0.99}[r.IntN(4)]
	if r.IntN(2) == 0 { // what stood on the disk before
		c.resto = byte(r.IntN(255) + 1)
	}
	names := map[string]bool{}
	for n := range d.nomes {
		names[n] = true
	}
	for n := range d.talvez {
		names[n] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		file := c.nome(append([]mudanca{{arquivo: d.nomes[name]}}, d.talvez[name]...))
		if file == 0 {
			continue
		}
		of := c
		if strings.HasSuffix(name, ".ancora") { // text: file systems give it no foreign bytes
			of.resto = 0
		}
		content := of.arquivo(d.firme[file], d.pendentes[file])
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

type corteDeLuz struct {
	modo, setor int
	safekeeping float64 // how probable it is that a sector is there
	resto       byte    // fills what is part of a file and was never written
	r           *rand.Rand
}

func (c corteDeLuz) nome(versions []mudanca) int {
	switch c.modo {
	case perdeTudo:
		return versions[0].arquivo
	case fica:
		return versions[len(versions)-1].arquivo
	default:
		return versions[c.r.IntN(len(versions))].arquivo
	}
}

func (c corteDeLuz) arquivo(firm []byte, list []pendente) []byte {
	content := slices.Clone(firm)
	switch c.modo {
	case perdeTudo:
	case fica:
		for _, p := range list {
			content = aplica(content, p.evento)
		}
	case interrompe:
		n := c.r.IntN(len(list) + 1)
		for _, p := range list[:n] {
			content = aplica(content, p.evento)
		}
		if n < len(list) {
			content = c.pedacos(content, list[n].evento)
		}
	default:
		for _, p := range list {
			content = c.pedacos(content, p.evento)
		}
	}
	return content
}

// pedacos lets some sectors of a write reach the disk. A file may be longer than
// what of it was written.
func (c corteDeLuz) pedacos(content []byte, e evento) []byte {
	if e.Tipo == evCorta {
		if c.r.IntN(2) == 0 {
			content = aplica(content, e)
		}
		return content
	}
	if c.r.IntN(4) == 0 {
		content = cresce(content, int(e.Em)+len(e.Bytes), c.resto)
	}
	for from := 0; from < len(e.Bytes); {
		to := min(from+c.setor-(int(e.Em)+from)%c.setor, len(e.Bytes))
		if c.r.Float64() < c.safekeeping {
			content = cresce(content, int(e.Em)+to, c.resto)
			copy(content[int(e.Em)+from:], e.Bytes[from:to])
		}
		from = to
	}
	return content
}
