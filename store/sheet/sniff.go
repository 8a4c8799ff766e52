package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
)

const saveAs = " e escolha Arquivo > Salvar como > Pasta de Trabalho do Excel (.xlsx)"

// sniff tells what a file is by its content; its name says nothing that can be relied on.
func sniff(f io.ReaderAt, size int64, name string) (Format, error) {
	head := make([]byte, min(size, 64<<10))
	if n, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	} else if head = head[:n]; n == 0 {
		return "", refuse("O arquivo %s está vazio: confira se é o arquivo certo", quoted(name))
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return XLSX, sniffZip(f, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "", sniffOLE(f, size)
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "", refuse("Este arquivo é um PDF, que não guarda linhas e colunas: peça a planilha que deu origem a ele, em Excel ou CSV")
	case bytes.HasPrefix(head, []byte("\x09\x08\x10\x00")), bytes.HasPrefix(head, []byte("\x09\x04\x06\x00")), bytes.HasPrefix(head, []byte("\x09\x02\x06\x00")):
		return "", oldExcel()
	}
	text, err := decodeHead(head)
	if err != nil {
		return "", err
	}
	return sniffText(text, name)
}

func quoted(name string) string {
	if name == "" {
		return "enviado"
	}
	return `"` + clip(name) + `"`
}

func oldExcel() error {
	return refuse("Este arquivo é do Excel 97–2003 (.xls): abra-o no Excel" + saveAs)
}

// sniffZip looks at the names in a ZIP file.
func sniffZip(f io.ReaderAt, size int64) error {
	z, err := openZip(f, size)
	if err != nil {
		return err
	}
	there := func(prefix string) bool {
		for _, p := range z.File {
			if strings.HasPrefix(partName(p.Name), prefix) {
				return true
			}
		}
		return false
	}
	switch {
	case there("xl/workbook.bin"):
		return refuse("Este arquivo é uma pasta de trabalho binária (.xlsb): abra-o no Excel" + saveAs)
	case there("[content_types].xml") && (there("xl/") || there("_rels/")) && !there("word/") && !there("ppt/"):
		return nil
	case there("mimetype") && there("content.xml"):
		return refuse("Este arquivo é do LibreOffice (.ods): abra-o no LibreOffice e escolha Arquivo > Salvar como > Excel 2007–365 (.xlsx)")
	case there("index/") && there("metadata/"), there("index.zip"):
		return refuse("Este arquivo é do Numbers, da Apple: abra-o no Numbers e escolha Arquivo > Exportar para > Excel")
	case there("word/"), there("ppt/"):
		return refuse("Este arquivo é um documento, não uma planilha: copie a tabela para o Excel" + saveAs)
	default:
		return refuse("Este arquivo é um pacote compactado (.zip): descompacte-o e envie a planilha que está dentro")
	}
}

// sniffOLE tells the old container's contents apart by the names in its directory.
func sniffOLE(f io.ReaderAt, size int64) error {
	const block = 1 << 20
	buf := make([]byte, block+64)
	encrypted := wide("EncryptedPackage")
	word := wide("WordDocument")
	for at := int64(0); at < min(size, 256<<20); at += block {
		n, err := f.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		switch {
		case bytes.Contains(buf[:n], encrypted):
			return refuse("A planilha está protegida por senha: abra-a no Excel, tire a senha (Arquivo > Informações > Proteger Pasta de Trabalho > Criptografar com Senha) e salve")
		case bytes.Contains(buf[:n], word):
			return refuse("Este arquivo é um documento do Word: copie a tabela para o Excel" + saveAs)
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
	}
	return oldExcel()
}

// wide is UTF-16LE of ASCII.
func wide(s string) []byte {
	var b []byte
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

// sniffText tells JSON and CSV from what only looks like a sheet.
func sniffText(text, name string) (Format, error) {
	text = strings.TrimLeft(text, "\ufeff \t\r\n\x00")
	lower := strings.ToLower(text[:min(len(text), 2048)])
	switch {
	case text == "":
		return "", refuse("O arquivo %s está vazio: confira se é o arquivo certo", quoted(name))
	case strings.HasPrefix(lower, "<?xml") && strings.Contains(lower, "urn:schemas-microsoft-com:office:spreadsheet"):
		return "", refuse("Este arquivo é uma planilha em XML de 2003: abra-o no Excel" + saveAs)
	case strings.HasPrefix(lower, "<?xml") && !strings.Contains(lower, "<html"), strings.HasPrefix(lower, "<") && strings.Contains(lower, "xmlns=") && !strings.Contains(lower, "<html"):
		return "", refuse("Este arquivo é XML, não uma planilha: exporte em Excel ou CSV no sistema que o fez")
	case isHTML(lower):
		return "", refuse("Este arquivo é uma página da internet (HTML), ainda que o nome termine em .xls: abra-o no Excel" + saveAs)
	case strings.HasPrefix(lower, "mime-version:"):
		return "", refuse("Este arquivo é uma página da internet guardada (MHTML): abra-o no Excel" + saveAs)
	case strings.HasPrefix(lower, `{\rtf`):
		return "", refuse("Este arquivo é um documento (RTF): copie a tabela para o Excel" + saveAs)
	case strings.HasPrefix(lower, "id;p"):
		return "", refuse("Este arquivo é uma planilha SYLK (.slk): abra-o no Excel" + saveAs)
	case begins(text, '{', `"}`), begins(text, '[', `{]`):
		return NDJSON, nil
	case binary(text):
		return "", refuse("O arquivo %s não é uma planilha nem um CSV: salve a tabela em Excel (.xlsx) ou CSV e envie de novo", quoted(name))
	default:
		return CSV, nil
	}
}

func isHTML(lower string) bool {
	for _, tag := range []string{"<html", "<!doctype html", "<table", "<head", "<meta", "<body", "<style", "<div", "<!--", "<tr", "<center"} {
		if strings.HasPrefix(lower, tag) {
			return true
		}
	}
	return false
}

// begins looks at the first sign and the first after it that is not space.
func begins(text string, sign byte, then string) bool {
	if text[0] != sign {
		return false
	}
	rest := strings.TrimLeft(text[1:], " \t\r\n")
	return rest != "" && strings.IndexByte(then, rest[0]) >= 0
}

// binary is true of a text of which one sign in ten is none.
func binary(text string) bool {
	odd, all := 0, 0
	for _, r := range text {
		all++
		if r < ' ' && !strings.ContainsRune("\t\r\n\x00\x1a\f\v", r) || r == '\ufffd' {
			odd++
		}
	}
	return 10*odd > all
}

// openZip opens a ZIP file whose list of names is bounded.
func openZip(f io.ReaderAt, size int64) (*zip.Reader, error) {
	z, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, damaged()
	}
	if len(z.File) > maxParts {
		return nil, refuse("O arquivo tem partes demais para ser uma planilha: copie a tabela para uma planilha nova")
	}
	return z, nil
}

func damaged() error {
	return refuse("A planilha está incompleta ou danificada: abra-a no Excel, salve de novo e envie outra vez")
}

// partName is a name in a ZIP file as the standard compares it.
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(s, `\`, "/"), "/"))
}
