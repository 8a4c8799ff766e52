package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// trust shows the server's certificate, asks, and pins it in the configuration
// file: from then on no other is accepted.
func (r *setupRun) trust(ctx context.Context) error {
	if o := r.cfg.Origin("db.certificado"); o.Kind == settings.FromEnv || o.Kind == settings.FromDotEnv {
		return term.UsageError("tire "+o.Name+" do "+o.Kind+" e repita o comando", "%s vale mais que o arquivo de configuração", o)
	}
	cert, trusted, err := store.Peer(ctx, r.sc)
	if bad, ok := errors.AsType[*store.URLError](err); ok {
		return &term.ProblemError{Kind: term.ErrUsage, Sentence: bad.Frase, Hint: "veja a URL em vigor com: monitor config mostrar"}
	}
	if err != nil {
		return err
	}
	r.res.Certificado = &cert
	r.printCertificate(cert, trusted)
	if sameFingerprint(cert.Impressao, r.sc.Certificado) {
		fmt.Fprintln(r.say, "\nEste certificado já está fixado em "+r.cfg.File()+".")
		return nil
	}
	if r.f.DryRun {
		return nil
	}
	if err := r.a.Confirm(ctx, r.f.ConsentFlags, "\nA impressão digital é a que o provedor mostra? Fixar este certificado em "+r.cfg.File()+"?"); err != nil {
		return err
	}
	if err := pinInFile(r.cfg.File(), cert.Impressao); err != nil {
		return err
	}
	r.sc.Certificado = cert.Impressao
	fmt.Fprintf(r.say, "\nCertificado fixado em %s (db.certificado): de agora em diante, só ele é aceito.\n\n", r.cfg.File())
	return nil
}

func (r *setupRun) printCertificate(c store.Certificado, trusted bool) {
	const dia = "02/01/2006"
	fmt.Fprintln(r.say, "Certificado que o servidor mostra:")
	fmt.Fprintln(r.say, "  de         "+term.OneLine(c.Assunto))
	if len(c.Nomes) > 0 {
		fmt.Fprintln(r.say, "  nomes      "+term.OneLine(strings.Join(c.Nomes, ", ")))
	}
	fmt.Fprintln(r.say, "  emitido    por "+term.OneLine(c.Emissor))
	fmt.Fprintf(r.say, "  válido     de %s a %s\n", c.De.In(r.cfg.Zone()).Format(dia), c.Ate.In(r.cfg.Zone()).Format(dia))
	fmt.Fprintln(r.say, "  SHA-256    "+c.Impressao)
	if trusted {
		fmt.Fprintln(r.say, "\nEste certificado já pode ser conferido pela autoridade que o assina. Fixá-lo não é"+
			"\npreciso, e faria o monitor recusar o próximo quando o provedor o renovar.")
	}
}

func sameFingerprint(a, b string) bool {
	plain := strings.NewReplacer(":", "", " ", "")
	return strings.EqualFold(plain.Replace(a), plain.Replace(b))
}

// pinInFile writes db.certificado into a configuration file, keeps everything
// else in it, and makes it readable by its owner only.
func pinInFile(path, fingerprint string) error {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return settings.FileError(path, err)
	}
	changed, ok := pinInYAML(text, fingerprint)
	if !ok {
		return &term.ProblemError{
			Kind:     term.ErrFailed,
			Sentence: "não foi possível mudar " + path + " sem mexer no resto dele",
			Hint:     `acrescente a ele à mão: db: {certificado: "` + fingerprint + `"}`,
		}
	}
	return writePrivate(path, changed)
}

// pinInYAML edits the text, so that comments and empty lines stay, and reads the
// result back: ok says that it holds the fingerprint.
func pinInYAML(text []byte, fingerprint string) (changed []byte, ok bool) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, false
	}
	lines := strings.SplitAfter(string(text), "\n")
	line := `certificado: "` + fingerprint + `"` + "\n"
	key, section := child(&doc, "db")
	_, old := child(section, "certificado")
	switch {
	case old != nil:
		before, _, _ := strings.Cut(lines[old.Line-1], "certificado")
		lines[old.Line-1] = before + line
	case key != nil:
		indent := "  "
		if section.Kind == yaml.MappingNode && len(section.Content) > 0 {
			indent = strings.Repeat(" ", section.Content[0].Column-1)
		}
		lines[key.Line-1] = strings.TrimRight(lines[key.Line-1], "\n") + "\n" + indent + line
	default:
		last := strings.TrimRight(strings.Join(lines, ""), "\n")
		if last != "" {
			last += "\n\n"
		}
		lines = []string{last + "db:\n  " + line}
	}
	changed = []byte(strings.Join(lines, ""))
	return changed, holdsPin(changed, fingerprint)
}

func holdsPin(text []byte, fingerprint string) bool {
	var read struct {
		DB struct{ Certificado string } `yaml:"db"`
	}
	return yaml.NewDecoder(bytes.NewReader(text)).Decode(&read) == nil && read.DB.Certificado == fingerprint
}

// child finds a key of a mapping and its value; nil for none.
func child(node *yaml.Node, name string) (key, value *yaml.Node) {
	if node != nil && node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == name {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

// writePrivate replaces a file as a whole: a crash leaves the old one or the new.
func writePrivate(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".monitor-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
