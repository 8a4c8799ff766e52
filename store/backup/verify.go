package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/migrations"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

const sqliteMagic = "SQLite format 3\x00"

// VerifyCopy reads a copy from its beginning to its end and compares it with what
// it says of itself. It returns a *CopiaError for a file that is no copy, that is
// damaged, or that this program is too old for. It needs no database.
func VerifyCopy(ctx context.Context, path string, o CopyOptions) (Copia, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Copia{}, err
	}
	if engine.Held(path) {
		return Copia{}, ErrOpenHere.About(path)
	}
	f, err := OpenCopyFile(path)
	if err != nil {
		return Copia{}, err
	}
	defer f.Close()
	start := make([]byte, 64)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return Copia{}, ReadError(path, err)
	}
	start = start[:n]
	var c Copia
	switch {
	case n == 0:
		err = &CopiaError{Frase: "o arquivo está vazio", Remedio: errTruncated.Remedio}
	case bytes.HasPrefix(start, []byte(sqliteMagic)):
		c, err = verifySQLite(ctx, f, start, o)
	case bytes.HasPrefix(start, []byte{0x1f, 0x8b}) && bytes.Contains(start, []byte(gzipComment)):
		c, err = verifyNeutral(ctx, f, o)
	default:
		err = errNotACopy
	}
	if err == nil {
		c.tellTrust()
	}
	return c, aboutCopy(err, path)
}

// ReadError tells which copy could not be read, and why.
func ReadError(path string, err error) error {
	return &CopiaError{
		Arquivo: path,
		Frase:   "o arquivo não pôde ser lido (" + fault.SystemWords(err) + ")",
		Remedio: "confira o nome e as permissões",
	}
}

func verifyNeutral(ctx context.Context, f *os.File, o CopyOptions) (c Copia, err error) {
	o.progress("Conferindo", 0, 0)
	sum, err := sealed(ctx, f)
	if err != nil {
		return c, err
	}
	l, err := openNeutral(ctx, f)
	if err != nil {
		return c, err
	}
	total := rowsOf(l.head.Tabelas)
	err = l.each(ctx, &sumSink{progress: func(n int64) { o.progress("Conferindo", n, total) }})
	if err != nil {
		return c, err
	}
	c = newCopia(f.Name(), CopiaNeutra, &l.head)
	c.SHA256 = sum
	if c.Assinatura, err = signatureOf(f, o.Chaves); err != nil {
		return c, err
	}
	c.Bytes, err = f.Seek(0, io.SeekEnd)
	return c, errors.Join(err, ctx.Err())
}

func openNeutral(ctx context.Context, f *os.File) (*fileReader, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return newFileReader(ctx, f)
}

func verifySQLite(ctx context.Context, f *os.File, start []byte, o CopyOptions) (c Copia, err error) {
	o.progress("Conferindo", 0, 0)
	if info, err := os.Stat(f.Name() + "-wal"); err == nil && info.Size() > 0 {
		return c, &CopiaError{
			Frase:   "o arquivo é um banco em uso, e uma parte dos dados está em outro arquivo ao lado dele",
			Remedio: "faça a cópia com monitor backup",
		}
	}
	sum := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return c, err
	}
	size, err := io.Copy(sum, until{ctx, f})
	if err != nil {
		return c, err
	}
	if size < sizeInHeader(start) || len(start) < 64 {
		return c, errTruncated
	}
	seen, err := orLeave(ctx, func() (fileSeen, error) { return lookInto(ctx, f.Name()) })
	if err != nil {
		return c, damage(err)
	}
	c = newCopia(f.Name(), CopiaSQLite, &seen.head)
	if c.Assinatura, err = seen.seal.signature(o.Chaves); err != nil {
		return c, err
	}
	c.Bytes, c.SHA256, c.Avisos = size, hex.EncodeToString(sum.Sum(nil)), seen.avisos
	return c, nil
}

// fileSeen is what a SQLite copy says of itself, once that was found right.
type fileSeen struct {
	head   header
	seal   *fileSeal
	avisos []string
}

func lookInto(ctx context.Context, path string) (seen fileSeen, err error) {
	if err := Intact(ctx, path); err != nil {
		return seen, err
	}
	if seen.seal, err = readSeal(ctx, path); err != nil {
		return seen, err
	}
	seen.head, seen.avisos, err = compareSQLite(ctx, path, seen.seal)
	return seen, err
}

// sizeInHeader is how long SQLite says that the file is.
func sizeInHeader(start []byte) int64 {
	if len(start) < 32 {
		return 0
	}
	page := int64(binary.BigEndian.Uint16(start[16:18]))
	if page == 1 {
		page = 64 << 10
	}
	return page * int64(binary.BigEndian.Uint32(start[28:32]))
}

// damage turns what SQLite says of a broken file into words about copies.
func damage(err error) error {
	switch {
	case engine.Damaged(err):
		return errDamaged
	case engine.TooBig(err):
		return errLargeValue
	default:
		return err
	}
}

// Intact has SQLite check the file at path; the error is a *CopiaError where it is damaged.
func Intact(ctx context.Context, path string) error {
	db, err := engine.OpenCopy(ctx, path)
	if err != nil {
		return damage(err)
	}
	defer db.Close()
	found, err := db.Intact(ctx)
	if err == nil && found != "" {
		return errDamaged
	}
	return damage(err)
}

// compareSQLite counts and sums the file and compares that with the table in it.
func compareSQLite(ctx context.Context, path string, seal *fileSeal) (head header, warnings []string, err error) {
	warnings = []string{}
	if head, err = describeFile(ctx, path); err != nil {
		return head, warnings, err
	}
	if seal == nil {
		info, err := os.Stat(path)
		if err == nil {
			head.FeitaEm = when.Of(info.ModTime())
		}
		return head, append(warnings, "o arquivo não foi feito por monitor backup: não há soma com que comparar o conteúdo"), err
	}
	err = seal.compare(&head)
	// What runs is what is there now, and tables are defined as they are.
	head.FeitaEm, head.Chaves = seal.FeitaEm, seal.Chaves
	return head, warnings, err
}

// fileSeal is the header of a SQLite copy as it stands there, with what signs it.
type fileSeal struct {
	header
	doc, assinatura string
}

// compare says whether a file still holds what its seal says.
func (seal *header) compare(now *header) error {
	if len(seal.Tabelas) != len(now.Tabelas) {
		return errDamaged
	}
	if seal.Estrutura != "" && seal.Estrutura != now.Estrutura {
		return changedStructure(seal, now)
	}
	for i, t := range seal.Tabelas {
		n := now.Tabelas[i]
		if t.Nome != n.Nome || t.Linhas != n.Linhas || t.Soma != n.Soma {
			return &CopiaError{
				Frase: fmt.Sprintf(
					"a cópia está danificada ou foi usada como banco depois de feita: a tabela %s não confere com a soma gravada nela",
					t.Nome,
				),
				Remedio: errDamaged.Remedio,
			}
		}
	}
	if seal.Conteudo != "" && seal.Conteudo != now.Conteudo {
		return errDamaged
	}
	return nil
}

// readSeal reads the header in a SQLite copy, nil in any other SQLite file. A file
// of another program is refused.
func readSeal(ctx context.Context, path string) (*fileSeal, error) {
	db, err := engine.OpenCopy(ctx, path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tables, err := db.Tables(ctx)
	if err != nil {
		return nil, err
	}
	if !schema.HasSix(tables) {
		return nil, errNotACopy
	}
	if form, err := db.Versao(ctx); err != nil || form > migrations.Versao() {
		return nil, errors.Join(err, newerThan(form))
	}
	if !tables[sealTable] {
		return nil, nil //nolint:nilnil // there is none
	}
	s := &fileSeal{}
	if err := db.Reader().Get(ctx, []any{&s.doc}, "SELECT cabecalho FROM "+sealTable); err != nil {
		return nil, err
	}
	if json.Unmarshal([]byte(s.doc), &s.header) != nil {
		return nil, errDamaged
	}
	if s.Versao > formatVersion {
		return nil, errNewerCopy
	}
	return s, s.readSignature(ctx, db)
}

func newerThan(form int) error {
	if form > migrations.Versao() {
		return errNewerCopy
	}
	return nil
}
