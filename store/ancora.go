package store

import (
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"

	"example.com/monitor/store/engine"
)

// appendAnchor adds a line to the anchor file, which several processes may do, and
// puts it on the disk. The folder may be missing: a key from the environment needs none.
func appendAnchor(path, line string) error {
	if err := os.MkdirAll(dirOf(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil && size > 0 {
		last := []byte{0}
		if _, err = f.ReadAt(last, size-1); last[0] != '\n' {
			line = "\n" + line // a power cut has torn the line before
		}
	}
	if err == nil {
		_, err = f.WriteString(line)
	}
	if err = errors.Join(err, fsync(f), f.Close()); err != nil || size > 0 {
		return err
	}
	return syncDir(path)
}

// readAnchor reads the anchor file whole, nil where there is none.
func readAnchor(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, &engine.UnavailableError{Causa: "o arquivo de âncora " + path + " não pôde ser lido", Remedio: "confira as permissões"}
	default:
		return text, nil
	}
}

// anchor compares the chain with what was written down outside the database.
func (w *verifier) anchor(text []byte) {
	if text == nil {
		w.v.Avisos = append(w.v.Avisos, "não há arquivo de âncora: um corte no fim da trilha, feito com cuidado, não seria notado")
		return
	}
	// What stands after the last line end is being written, or was torn.
	whole := text[:bytes.LastIndexByte(text, '\n')+1]
	for line := range strings.Lines(string(whole)) {
		if torn(line) {
			continue
		}
		_, list, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || len(parseHeads(list)) != len(strings.Fields(list)) {
			w.v.problem("a âncora tem uma linha ilegível")
			return
		}
		w.vouch(list, "a âncora")
	}
}

// comeco is what a line may be cut to.
var comeco = regexp.MustCompile(`^[0-9T:.Z+-]*( [0-9]+:[0-9]+:[0-9a-f]{64})*( [0-9]*(:[0-9]*(:[0-9a-f]{0,63})?)?)?\n$`)

// inteira is a line as it was written.
var inteira = regexp.MustCompile(`^[0-9T:.Z+-]+( [0-9]+:[0-9]+:[0-9a-f]{64})+\n$`)

// torn says that a line is what a power cut left of one: its beginning, or one with
// holes. Nobody gains by making a line look so, who could as well take it out.
func torn(line string) bool {
	return strings.IndexByte(line, 0) >= 0 || comeco.MatchString(line) && !inteira.MatchString(line)
}
