package imports

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/sheet"
)

// OpenFile opens a file of rows by its name; sheetName is of a workbook, "" its first sheet.
func OpenFile(path, sheetName string) (*sheet.Table, io.Closer, error) {
	if engine.Held(path) {
		return nil, nil, fault.Invalid("arquivo", path+" é o banco de dados em uso, não uma planilha")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fault.Invalid("arquivo", path+" não pôde ser lido: "+fault.SystemWords(err))
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fault.Invalid("arquivo", path+" não é um arquivo comum")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fault.Invalid("arquivo", path+" não pôde ser lido: "+fault.SystemWords(err))
	}
	t, err := sheet.Open(f, info.Size(), filepath.Base(path), sheet.Options{Sheet: sheetName})
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return t, closers{t, f}, nil
}

type closers []io.Closer

func (c closers) Close() (err error) {
	for _, x := range c {
		err = errors.Join(err, x.Close())
	}
	return err
}

// WriteFile makes a file of rows with what write writes; it has its name only when it is whole.
// A file that is there stays, unless over.
func WriteFile(path string, over bool, write func(w io.Writer) error) error {
	if engine.Held(path) {
		return fault.Invalid("arquivo", path+" é o banco de dados em uso")
	}
	if _, err := os.Lstat(path); err == nil && !over {
		return fault.Rule(fault.ErrConflict, "arquivo_existe", path+" já existe")
	}
	part, err := durable.NewPartial(path)
	if err != nil {
		return err
	}
	defer part.Discard()
	f, err := os.OpenFile(part.Name, os.O_WRONLY, 0o600)
	if err != nil {
		return fault.File(path, err)
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return part.Publish(over)
}

// FormatOf is the format that the name of a file asks for.
func FormatOf(path string) (sheet.Format, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx":
		return sheet.XLSX, nil
	case ".csv":
		return sheet.CSV, nil
	case ".ndjson", ".jsonl":
		return sheet.NDJSON, nil
	default:
		return "", fault.Invalid("arquivo", "O nome do arquivo deve terminar em .xlsx, .csv ou .ndjson")
	}
}
