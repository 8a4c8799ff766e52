package backup

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"

	"example.com/monitor/store/migrations"
	"example.com/monitor/store/when"
)

// The copy of a database on a server is one gzip file of lines:
//
//	{"monitor":"copia","versao":1,…,"tabelas":[…]}   the header
//	{"tabela":"clientes"}                            then its rows
//	[1,"Ana","ana@exemplo.com",…]
//	{"fim":"clientes","linhas":1,"soma":"…"}
//
// A gzip member of fixed length ends it, with the SHA-256 of all bytes before: a
// file that was cut or changed anywhere is told at once, and zcat still reads the
// whole. Where there is an audit key, another before that one signs the first.

// formatVersion is the newest form of the file that this program reads.
const formatVersion = 1

// gzipComment stands in the gzip header.
const gzipComment = "copia do monitor"

// header is the first line of a copy, and what a SQLite copy has in sealTable.
type header struct {
	Monitor string    `json:"monitor"`
	Versao  int       `json:"versao"`
	Esquema int       `json:"esquema"`
	Motor   string    `json:"motor"`
	FeitaEm when.Hora `json:"feita_em"`
	Chaves  []string  `json:"chaves_auditoria"`
	// Nova says that the database never was the Flask system's; a copy of before this
	// was written down does not say so.
	Nova    bool        `json:"nova,omitempty"`
	Tabelas []tableDump `json:"tabelas"`
	// Estranhos names what runs in the database and is not of monitor.
	Estranhos []string `json:"estranhos,omitempty"`
	// Estrutura and Conteudo are digests of all definitions of a SQLite file and of
	// its rows in their order.
	Estrutura string `json:"estrutura,omitempty"`
	Conteudo  string `json:"conteudo,omitempty"`
}

// marker separates the tables.
type marker struct {
	Tabela string `json:"tabela,omitempty"`
	Fim    string `json:"fim,omitempty"`
	Linhas int64  `json:"linhas,omitempty"`
	Soma   string `json:"soma,omitempty"`
}

// fileWriter writes the file of a copy; it is the sink of a backup.
type fileWriter struct {
	to       io.Writer
	sum      hash.Hash
	zip      *gzip.Writer
	buf      *bufio.Writer
	progress func(rows int64)
	linhas   int64
	tabela   *tableDump
	key      []byte // that signs the copy, nil for none
}

func newFileWriter(to io.Writer, head header, progress func(int64)) (*fileWriter, error) {
	g := &fileWriter{to: to, sum: sha256.New(), progress: progress}
	g.zip, _ = gzip.NewWriterLevel(io.MultiWriter(to, g.sum), gzip.BestSpeed) // the level exists
	g.zip.Comment = gzipComment
	g.buf = bufio.NewWriterSize(g.zip, 64<<10)
	return g, g.json(head)
}

func (g *fileWriter) json(v any) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return g.line(doc)
}

func (g *fileWriter) line(doc []byte) error {
	_, _ = g.buf.Write(doc)
	return g.buf.WriteByte('\n')
}

func (g *fileWriter) begin(_ context.Context, t *tableDump) error {
	g.tabela = t
	return g.json(marker{Tabela: t.Nome})
}

func (g *fileWriter) row(_ context.Context, values []any, line []byte) error {
	if len(line) >= maxRow {
		return tooLong(g.tabela, values)
	}
	if g.linhas++; g.linhas%256 == 0 {
		g.progress(g.linhas)
	}
	return g.line(line)
}

func (g *fileWriter) end(_ context.Context, t *tableDump, s *rowSum) error {
	if s.linhas != t.Linhas {
		return &CopiaError{
			Frase:   fmt.Sprintf("a tabela %s mudou durante a cópia (%d linhas, depois %d)", t.Nome, t.Linhas, s.linhas),
			Remedio: "repita a cópia",
		}
	}
	return g.json(marker{Fim: t.Nome, Linhas: s.linhas, Soma: s.String()})
}

// finish ends the file.
func (g *fileWriter) finish() error {
	if err := errors.Join(g.buf.Flush(), g.zip.Close()); err != nil {
		return err
	}
	if g.key != nil {
		member := signatureMember(g.key, g.sum.Sum(nil))
		_, _ = g.sum.Write(member)
		if _, err := g.to.Write(member); err != nil {
			return err
		}
	}
	_, err := g.to.Write(trailer(g.sum.Sum(nil)))
	return err
}

// trailer is the second member, made by hand so that every byte of it is
// known: one stored block.
func trailer(sum []byte) []byte {
	return storedMember(`{"sha256":"` + hex.EncodeToString(sum) + `"}` + "\n")
}

// storedMember is a gzip member of one stored block.
func storedMember(line string) []byte {
	text := []byte(line)
	n := uint16(len(text)) //nolint:gosec // short
	b := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1}
	b = binary.LittleEndian.AppendUint16(b, n)
	b = binary.LittleEndian.AppendUint16(b, ^n)
	b = append(b, text...)
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(text))
	return binary.LittleEndian.AppendUint32(b, uint32(n))
}

// storedText is the text of a storedMember; what stands around it may be any bytes.
func storedText(member []byte) []byte { return member[storedBefore : len(member)-storedAfter] }

// The bytes of a storedMember before its text, and the sum and length after it.
const storedBefore, storedAfter = 15, 8

var trailerSize = int64(len(trailer(make([]byte, sha256.Size))))

// sealed compares the file with the sum at its end and gives the SHA-256 of the
// whole.
func sealed(ctx context.Context, f *os.File) (whole string, err error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if info.Size() <= trailerSize {
		return "", errTruncated
	}
	all, body := sha256.New(), sha256.New()
	if _, err := io.Copy(io.MultiWriter(all, body), until{ctx, io.NewSectionReader(f, 0, info.Size()-trailerSize)}); err != nil {
		return "", err
	}
	end := make([]byte, trailerSize)
	if _, err := f.ReadAt(end, info.Size()-trailerSize); err != nil {
		return "", err
	}
	_, _ = all.Write(end)
	if want := trailer(body.Sum(nil)); !bytes.Equal(end, want) {
		if !bytes.Equal(end[:15], want[:15]) {
			return "", errTruncated
		}
		return "", errDamaged
	}
	return hex.EncodeToString(all.Sum(nil)), nil
}

// fileReader reads the lines of a copy whose seal was compared.
type fileReader struct {
	lines *bufio.Scanner
	head  header
}

func newFileReader(ctx context.Context, r io.Reader) (*fileReader, error) {
	zip, err := gzip.NewReader(bufio.NewReaderSize(r, 64<<10))
	if err != nil || zip.Comment != gzipComment {
		return nil, errNotACopy
	}
	zip.Multistream(false) // the second member is the seal
	text := bufio.NewReaderSize(until{ctx, zip}, 64<<10)
	l := &fileReader{}
	if err := l.header(text); err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	l.lines = bufio.NewScanner(text)
	l.lines.Buffer(make([]byte, 64<<10), maxRow)
	return l, nil
}

// header reads the first line.
func (l *fileReader) header(text *bufio.Reader) error {
	line, whole := firstLine(text)
	if len(line) > maxHeader {
		return errLongHeader
	}
	if !whole || json.Unmarshal(line, &l.head) != nil {
		return errDamaged
	}
	switch {
	case l.head.Monitor != "copia":
		return errNotACopy
	case l.head.Versao > formatVersion || l.head.Esquema > migrations.Versao():
		return errNewerCopy
	}
	return l.head.plausible()
}

// firstLine reads up to the end of a line, or a little beyond maxHeader.
func firstLine(text *bufio.Reader) (line []byte, whole bool) {
	for len(line) <= maxHeader {
		part, err := text.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err == nil
		}
	}
	return line, false
}

// next reads a line that is not a row.
func (l *fileReader) next(v any) error {
	if !l.lines.Scan() {
		return l.ended()
	}
	if len(l.lines.Bytes()) > maxMarker || json.Unmarshal(l.lines.Bytes(), v) != nil {
		return l.ended()
	}
	return nil
}

// ended says why the lines are not what they should be: the last one may be half a one.
func (l *fileReader) ended() error {
	switch err := l.lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return errLongRow
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		return errDamaged
	}
}

// each hands all tables to dst and compares what each says of itself.
func (l *fileReader) each(ctx context.Context, dst sink) error {
	for i := range l.head.Tabelas {
		t := &l.head.Tabelas[i]
		var m marker
		if err := l.next(&m); err != nil {
			return err
		}
		if m.Tabela != t.Nome {
			return errDamaged
		}
		if err := dst.begin(ctx, t); err != nil {
			return err
		}
		s, err := l.rows(ctx, t, dst)
		if err != nil {
			return err
		}
		if err := dst.end(ctx, t, s); err != nil {
			return err
		}
	}
	if l.lines.Scan() {
		return errDamaged
	}
	if l.lines.Err() != nil {
		return l.ended()
	}
	return nil
}

func (l *fileReader) rows(ctx context.Context, t *tableDump, dst sink) (*rowSum, error) {
	var s rowSum
	for l.lines.Scan() {
		line := l.lines.Bytes()
		if len(line) > 0 && line[0] == '{' {
			var m marker
			if len(line) > maxMarker || json.Unmarshal(line, &m) != nil || m.Fim != t.Nome || m.Linhas != s.linhas ||
				s.linhas != t.Linhas ||
				m.Soma != s.String() {
				return nil, l.ended()
			}
			t.Soma = m.Soma
			return &s, nil
		}
		values, err := parseRow(line, len(t.Colunas))
		if err != nil || len(values) != len(t.Colunas) || s.linhas == t.Linhas {
			return nil, l.ended()
		}
		s.add(line)
		if err := dst.row(ctx, values, line); err != nil {
			return nil, err
		}
	}
	return nil, l.ended()
}
