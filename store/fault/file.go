package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// File tells people which file could not be written or read, and why.
func File(path string, err error) error {
	return &UnavailableError{
		Causa:   fmt.Sprintf("%s não pôde ser gravado ou lido (%s)", path, SystemWords(err)),
		Remedio: "confira a pasta, as permissões e o espaço em disco",
	}
}

// SystemWords puts the usual failures of files into Portuguese.
func SystemWords(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "a pasta ou o arquivo não existe"
	case errors.Is(err, fs.ErrPermission):
		return "sem permissão"
	case errors.Is(err, syscall.ENOSPC):
		return "o disco está cheio"
	case errors.Is(err, syscall.EROFS):
		return "o disco só aceita leitura"
	case errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTDIR):
		return "uma parte do caminho não é o que deveria ser"
	default:
		return "falha do sistema de arquivos"
	}
}
