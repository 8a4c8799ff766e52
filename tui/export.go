package tui

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"example.com/monitor/store/say"
	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

// exportList is the command: it never writes over a file.
func (e *env) exportList(p *kit.Palette, arg string) tea.Cmd {
	list, ok := e.listInFront()
	kind := strings.ToLower(filepath.Ext(arg))
	switch {
	case !ok:
		return p.Fail("A página " + e.tabs[e.shown].title + " não tem lista para exportar.")
	case kind != ".csv" && kind != ".json":
		return p.Fail("Diga um arquivo que termine em .csv ou .json, por exemplo: exportar " + e.exportName())
	}
	count, rows := &atomic.Int64{}, list.ExportRows()
	p.Count = count
	return p.Later(func(ctx context.Context) (kit.Outcome, error) {
		path, err := exportTo(ctx, arg, kind, rows, count)
		return func() tea.Cmd {
			p.Close()
			e.Tell(kit.NoticeOK, say.Thousands(int(count.Load()))+" registros em "+kit.ClipLeft(path, 50))
			return nil
		}, err
	})
}

// listInFront is the uppermost list on the stack, which may stand above the
// page's own: the devices of one client.
func (e *env) listInFront() (kit.Exporter, bool) {
	for _, s := range slices.Backward(e.Stack) {
		if list, ok := s.(kit.Exporter); ok {
			return list, true
		}
	}
	return nil, false
}

// exportName proposes a file name for the page shown.
func (e *env) exportName() string {
	return e.tabs[e.shown].name + "-" + e.Now().In(e.Zone).Format("2006-01-02") + ".csv"
}

// exportTo writes the rows to a file that only its owner can read. Nothing
// stands under the name before all is written, and nothing that stood there is
// replaced.
func exportTo(ctx context.Context, name, kind string, rows func(context.Context, func(json.RawMessage) error) error, count *atomic.Int64) (string, error) {
	path, err := exportPath(name)
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(path); err == nil {
		return "", existsError(path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".monitor-exportar-*") // made 0600
	if err != nil {
		return "", fileTrouble(err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	err = writeRows(ctx, f, kind, rows, count)
	if closing := f.Close(); err == nil && closing != nil {
		err = fileTrouble(closing)
	}
	if err != nil {
		return "", err
	}
	switch err := os.Link(f.Name(), path); {
	case errors.Is(err, fs.ErrExist):
		return "", existsError(path)
	case err != nil: // a file system without links
		err = os.Rename(f.Name(), path)
		return path, fileTrouble(err)
	}
	return path, nil
}

func exportPath(name string) (string, error) {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fileTrouble(err)
		}
		name = filepath.Join(home, rest)
	}
	path, err := filepath.Abs(name)
	return path, fileTrouble(err)
}

func existsError(path string) error {
	return &store.RuleError{Kind: store.ErrConflict, Codigo: "arquivo_existe", Frase: "já existe " + filepath.Base(path) + " nessa pasta: escolha outro nome"}
}

// fileTrouble is a fault of a file in words for people; nil stays nil.
func fileTrouble(err error) error {
	if err == nil {
		return nil
	}
	why := kit.Line(err.Error())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = "a pasta não existe"
	case errors.Is(err, fs.ErrPermission):
		why = "sem permissão para gravar nessa pasta"
	case errors.Is(err, syscall.ENOSPC):
		why = "o disco está cheio"
	}
	return &store.RuleError{Kind: store.ErrConflict, Codigo: "arquivo", Frase: "Não foi possível gravar o arquivo: " + why}
}

func writeRows(ctx context.Context, f *os.File, kind string, rows func(context.Context, func(json.RawMessage) error) error, count *atomic.Int64) error {
	out := bufio.NewWriter(f)
	var w rowWriter = &jsonRows{out: out}
	if kind == ".csv" {
		w = &csvRows{out: out}
	}
	err := rows(ctx, func(doc json.RawMessage) error {
		count.Add(1)
		return fileTrouble(w.write(doc))
	})
	if err != nil {
		return err
	}
	if err := errors.Join(w.end(), out.Flush(), f.Sync()); err != nil {
		return fileTrouble(err)
	}
	return nil
}

type rowWriter interface {
	write(doc json.RawMessage) error
	end() error
}

// jsonRows writes one array, a record per line.
type jsonRows struct {
	out     *bufio.Writer
	started bool
}

func (j *jsonRows) write(doc json.RawMessage) error {
	before := ",\n  "
	if !j.started {
		j.started, before = true, "[\n  "
	}
	_, err := fmt.Fprintf(j.out, "%s%s", before, doc)
	return err
}

func (j *jsonRows) end() error {
	text := "\n]\n"
	if !j.started {
		text = "[]\n"
	}
	_, err := j.out.WriteString(text)
	return err
}

// csvRows writes RFC 4180 with the first record's keys as heading.
type csvRows struct {
	out *bufio.Writer
	csv *store.SheetWriter
}

func (c *csvRows) write(doc json.RawMessage) error {
	keys, cells, err := flat(doc)
	if err != nil {
		return err
	}
	if c.csv == nil {
		var columns []store.SheetColumn
		for _, key := range keys {
			columns = append(columns, store.SheetColumn{Key: key, Kind: store.SheetText})
		}
		if c.csv, err = store.NewSheetWriter(c.out, store.SheetCSV, store.SheetPrograms, columns); err != nil {
			return err
		}
	}
	return c.csv.Row(cells)
}

func (c *csvRows) end() error {
	if c.csv == nil {
		return nil
	}
	return c.csv.Close()
}

// flat takes an object apart in its own order; what is no text stays JSON, and
// null is empty.
func flat(doc json.RawMessage) (keys []string, cells []store.SheetCell, err error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	if _, err := dec.Token(); err != nil {
		return nil, nil, err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, nil, err
		}
		keys = append(keys, fmt.Sprint(key))
		cells = append(cells, csvCell(value))
	}
	return keys, cells, nil
}

// csvCell is one value.
func csvCell(value json.RawMessage) store.SheetCell {
	var text string
	switch {
	case string(value) == "null":
		return store.SheetCell{}
	case json.Unmarshal(value, &text) == nil:
		return store.SheetCell{Kind: store.SheetText, Text: text}
	case value[0] == 't', value[0] == 'f':
		return store.SheetCell{Kind: store.SheetBool, Text: string(value)}
	case value[0] == '-', value[0] >= '0' && value[0] <= '9':
		return store.SheetCell{Kind: store.SheetNumber, Text: string(value)}
	default:
		return store.SheetCell{Kind: store.SheetText, Text: string(value)}
	}
}
