package store_test

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"example.com/monitor/store"
)

// What happened to the files of a database, in order.
const (
	evEscreve    = iota + 1 // Bytes at Em of file Arquivo
	evCorta                 // file Arquivo has Em bytes now
	evSincroniza            // what was done to file Arquivo before event Em is on the disk
	evNomes                 // the names of the folder as it was after event Em are on the disk: Nomes
	evNome                  // Nome leads to file Arquivo now, 0: to none
	evFeito                 // a caller was told: Bytes is a feito
)

type evento struct {
	Tipo    int
	Arquivo int // from 1
	Em      int64
	Nome    string
	Nomes   map[string]int
	Bytes   []byte
}

// fileWriter writes down what this process does to the files of one folder: what
// SQLite does through a layer between it and its own way to the system, and the
// fsyncs of the store.
type fileWriter struct {
	folder string
	mu     sync.Mutex
	n      int64 // events so far
	out    *gob.Encoder
	flush  func() error
	// abertos are the files that SQLite has open, by its handle.
	abertos map[uintptr]int
	// ids are the numbers of the files that there are, by inode, which the system
	// gives again.
	ids  map[uint64]int
	last int
	// escrito is how much of a file that Go writes was noted.
	escrito map[int]int
	// nomes is the folder as an fsync under way found it, after event nomesEm.
	nomes   map[string]int
	nomesEm int64

	base *sqlite3.Tsqlite3_vfs
	ptr  uintptr // of base
	// metodos are the tables of a file's operations that stand before theirs.
	metodos map[uintptr]uintptr
}

func novoGravador(folder, traco string) (*fileWriter, error) {
	f, err := os.Create(traco)
	if err != nil {
		return nil, err
	}
	b := bufio.NewWriterSize(f, 1<<20)
	g := &fileWriter{folder: folder, out: gob.NewEncoder(b), flush: b.Flush, abertos: map[uintptr]int{}, ids: map[uint64]int{}, escrito: map[int]int{}, metodos: map[uintptr]uintptr{}}
	store.ObserveSync(g.sincronizado)
	return g, g.registrar()
}

func (g *fileWriter) anota(e evento) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.grava(e)
}

// grava appends an event, for who holds mu, and returns its number.
func (g *fileWriter) grava(e evento) int64 {
	g.n++
	if err := g.out.Encode(e); err != nil {
		panic(err)
	}
	return g.n
}

func (g *fileWriter) fecha() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.flush()
}

// arquivo numbers the file that path leads to, 0 for none.
func (g *fileWriter) arquivo(path string) int {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	inode := inodeOf(info)
	if g.ids[inode] == 0 {
		g.last++
		g.ids[inode] = g.last
	}
	return g.ids[inode]
}

// olha lists the names of the folder.
func (g *fileWriter) olha() map[string]int {
	list, err := os.ReadDir(g.folder)
	if err != nil {
		panic(err)
	}
	names := map[string]int{}
	for _, e := range list {
		if n := g.arquivo(filepath.Join(g.folder, e.Name())); n != 0 && !strings.HasSuffix(e.Name(), "-shm") {
			names[e.Name()] = n
		}
	}
	return names
}

// sincronizado stands before every fsync that the store itself makes.
func (g *fileWriter) sincronizado(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		g.mu.Lock()
		names, n := g.olha(), g.n
		g.mu.Unlock()
		if err := f.Sync(); err != nil {
			return err
		}
		g.anota(evento{Tipo: evNomes, Nomes: names, Em: n})
		return nil
	}
	text, err := os.ReadFile(f.Name())
	if err != nil {
		return err
	}
	g.mu.Lock()
	file := g.arquivo(f.Name())
	g.grava(evento{Tipo: evNome, Nome: filepath.Base(f.Name()), Arquivo: file})
	had := g.escrito[file]
	n := g.grava(evento{Tipo: evEscreve, Arquivo: file, Em: int64(had), Bytes: text[had:]})
	g.escrito[file] = len(text)
	g.mu.Unlock()
	err = f.Sync()
	g.anota(evento{Tipo: evSincroniza, Arquivo: file, Em: n})
	return err
}

// em reads C memory as Go does its own.
func em[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// funcao is the C pointer to a Go function that lives as long as the process.
func funcao[F any](f *F) uintptr { return *(*uintptr)(unsafe.Pointer(f)) }

// novo puts a value into C memory, for good.
func novo[T any](tls *libc.TLS, value T) uintptr {
	p := sqlite3.Xsqlite3_malloc(tls, int32(unsafe.Sizeof(value)))
	*em[T](p) = value
	return p
}

// chama makes a Go function of a C pointer.
func chama[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&p)) }

type (
	fnOpen   = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	fnDelete = func(*libc.TLS, uintptr, uintptr, int32) int32
	fnWrite  = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	fnCut    = func(*libc.TLS, uintptr, int64) int32
	fnSync   = func(*libc.TLS, uintptr, int32) int32
	fnClose  = func(*libc.TLS, uintptr) int32
	fnFolder = func(*libc.TLS, uintptr, uintptr) int32
	fnHook   = func(*libc.TLS, uintptr, uintptr, uintptr) int32
)

// registrar makes the layer the way of every file that SQLite opens from now on.
func (g *fileWriter) registrar() error {
	tls := libc.NewTLS()
	defer tls.Close()
	g.ptr = sqlite3.Xsqlite3_vfs_find(tls, 0)
	g.base = em[sqlite3.Tsqlite3_vfs](g.ptr)
	name, err := libc.CString("gravador")
	if err != nil {
		return err
	}
	ours := novo(tls, *g.base)
	vfs := em[sqlite3.Tsqlite3_vfs](ours)
	vfs.FzName, vfs.FpNext = name, 0
	open, remove := g.open, g.remove
	vfs.FxOpen, vfs.FxDelete = funcao(&open), funcao(&remove)
	keep = append(keep, &open, &remove)
	if err := g.folders(tls); err != nil {
		return err
	}
	if rc := sqlite3.Xsqlite3_vfs_register(tls, ours, 1); rc != 0 {
		return fmt.Errorf("vfs: %d", rc)
	}
	return nil
}

// keep holds what only C points at.
var keep []any

// folders stands before SQLite's opening of a folder, which it does to fsync it.
func (g *fileWriter) folders(tls *libc.TLS) error {
	name, err := libc.CString("openDirectory")
	if err != nil {
		return err
	}
	get := chama[func(*libc.TLS, uintptr, uintptr) uintptr](g.base.FxGetSystemCall)
	was := chama[fnFolder](get(tls, g.ptr, name))
	folder := func(tls *libc.TLS, path, fd uintptr) int32 {
		g.mu.Lock()
		g.nomes, g.nomesEm = g.olha(), g.n
		g.mu.Unlock()
		return was(tls, path, fd)
	}
	keep = append(keep, &folder)
	if rc := chama[fnHook](g.base.FxSetSystemCall)(tls, g.ptr, name, funcao(&folder)); rc != 0 {
		return fmt.Errorf("openDirectory: %d", rc)
	}
	return nil
}

// synced writes down the names that the fsync of a folder within an operation that
// has ended made last.
func (g *fileWriter) synced() {
	if g.nomes != nil {
		g.grava(evento{Tipo: evNomes, Nomes: g.nomes, Em: g.nomesEm})
		g.nomes = nil
	}
}

func (g *fileWriter) open(tls *libc.TLS, _, zName, pFile uintptr, flags int32, pOut uintptr) int32 {
	rc := chama[fnOpen](g.base.FxOpen)(tls, g.ptr, zName, pFile, flags, pOut)
	if rc != 0 || zName == 0 {
		return rc
	}
	path := libc.GoString(zName)
	if filepath.Dir(path) != g.folder {
		return rc
	}
	file := em[sqlite3.Tsqlite3_file](pFile)
	g.mu.Lock()
	defer g.mu.Unlock()
	n := g.arquivo(path)
	g.abertos[pFile] = n
	g.grava(evento{Tipo: evNome, Nome: filepath.Base(path), Arquivo: n})
	file.FpMethods = g.tabela(tls, file.FpMethods)
	return rc
}

// tabela gives the operations that stand before theirs.
func (g *fileWriter) tabela(tls *libc.TLS, theirs uintptr) uintptr {
	if g.metodos[theirs] == 0 {
		was := em[sqlite3.Tsqlite3_io_methods](theirs)
		write := func(tls *libc.TLS, f, buf uintptr, n int32, at int64) int32 { return g.write(was, tls, f, buf, n, at) }
		cut := func(tls *libc.TLS, f uintptr, size int64) int32 { return g.cut(was, tls, f, size) }
		sync := func(tls *libc.TLS, f uintptr, flags int32) int32 { return g.sync(was, tls, f, flags) }
		end := func(tls *libc.TLS, f uintptr) int32 { return g.end(was, tls, f) }
		now := *was
		now.FxWrite, now.FxTruncate, now.FxSync, now.FxClose = funcao(&write), funcao(&cut), funcao(&sync), funcao(&end)
		keep = append(keep, &write, &cut, &sync, &end)
		g.metodos[theirs] = novo(tls, now)
	}
	return g.metodos[theirs]
}

func (g *fileWriter) write(m *sqlite3.Tsqlite3_io_methods, tls *libc.TLS, f, buf uintptr, n int32, at int64) int32 {
	rc := chama[fnWrite](m.FxWrite)(tls, f, buf, n, at)
	g.mu.Lock()
	defer g.mu.Unlock()
	if rc == 0 {
		g.grava(evento{Tipo: evEscreve, Arquivo: g.abertos[f], Em: at, Bytes: libc.GoBytes(buf, int(n))})
	}
	return rc
}

func (g *fileWriter) cut(m *sqlite3.Tsqlite3_io_methods, tls *libc.TLS, f uintptr, size int64) int32 {
	rc := chama[fnCut](m.FxTruncate)(tls, f, size)
	g.mu.Lock()
	defer g.mu.Unlock()
	if rc == 0 {
		g.grava(evento{Tipo: evCorta, Arquivo: g.abertos[f], Em: size})
	}
	return rc
}

func (g *fileWriter) sync(m *sqlite3.Tsqlite3_io_methods, tls *libc.TLS, f uintptr, flags int32) int32 {
	g.mu.Lock()
	before := g.n
	g.mu.Unlock()
	rc := chama[fnSync](m.FxSync)(tls, f, flags)
	g.mu.Lock()
	defer g.mu.Unlock()
	if rc == 0 {
		g.grava(evento{Tipo: evSincroniza, Arquivo: g.abertos[f], Em: before})
		g.synced()
	}
	return rc
}

func (g *fileWriter) end(m *sqlite3.Tsqlite3_io_methods, tls *libc.TLS, f uintptr) int32 {
	g.mu.Lock()
	delete(g.abertos, f)
	g.mu.Unlock()
	return chama[fnClose](m.FxClose)(tls, f)
}

func (g *fileWriter) remove(tls *libc.TLS, _, zName uintptr, flags int32) int32 {
	path := libc.GoString(zName)
	info, _ := os.Stat(path)
	rc := chama[fnDelete](g.base.FxDelete)(tls, g.ptr, zName, flags)
	g.mu.Lock()
	defer g.mu.Unlock()
	if rc == 0 && filepath.Dir(path) == g.folder {
		if info != nil {
			delete(g.ids, inodeOf(info))
		}
		g.grava(evento{Tipo: evNome, Nome: filepath.Base(path)})
		g.synced()
	}
	return rc
}
