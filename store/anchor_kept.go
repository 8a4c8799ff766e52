package store

import (
	"bytes"
	"io"

	"example.com/monitor/store/backup"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/trail"
)

var errNaoAncora = &CopiaError{Frase: "o arquivo não é uma âncora da auditoria, ou não tem nenhuma linha dela", Remedio: "confira o nome: a âncora é o arquivo terminado em .ancora, ao lado do banco"}

// readKeptAnchor reads a copy of an anchor. What came through Windows or an editor may
// have other line ends; a file that vouches for nothing is not compared with in silence.
func readKeptAnchor(path string) ([]byte, error) {
	if engine.Held(path) {
		return nil, backup.ErrOpenHere.About(path)
	}
	f, err := backup.OpenCopyFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, backup.ReadError(path, err)
	}
	text = append(bytes.TrimRight(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), "\n"), '\n')
	if !trail.IsAnchor(text) {
		return nil, errNaoAncora.About(path)
	}
	return text, nil
}
