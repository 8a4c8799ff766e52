package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// ponteiro is a clock that only the script moves.
type ponteiro struct {
	mu sync.Mutex
	t  time.Time
}

func (p *ponteiro) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.t
}

func (p *ponteiro) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.t = p.t.Add(d)
}

// roteiro plays a script on one engine and writes down all that comes back.
type roteiro struct {
	*testing.T
	e       storetest.Engine
	url     string
	s       *store.Store
	relogio *ponteiro
	op      *store.Handle // of the local operator
	ata     []string      // what came back
	segredo map[string]string
}

func novoRoteiro(t *testing.T, e storetest.Engine) *roteiro {
	t.Helper()
	r := &roteiro{T: t, e: e, url: e.Fresh(t), relogio: &ponteiro{t: start}, segredo: map[string]string{}}
	r.s = e.Open(t, r.url, storetest.Now(r.relogio.now))
	r.op = r.s.As(storetest.Operator)
	return r
}

// outro is the connection of another program.
func (r *roteiro) outro(query string, args ...any) {
	r.Helper()
	db := r.e.Foreign(r.T, r.url)
	r.e.Exec(r.T, db, query, args...)
	require.NoError(r.T, db.Close())
}

// esconde gives a random value the same name on every engine.
func (r *roteiro) esconde(value, nome string) {
	if value != "" {
		r.segredo[value] = "<" + nome + ">"
	}
}

// anota writes a result down; it returns a function so that a call with two
// results fits into it.
func (r *roteiro) anota(format string, args ...any) func(v any, err error) {
	return func(v any, err error) {
		line := fmt.Sprintf(format, args...) + " -> " + mostra(reflect.ValueOf(v)) + falha(err)
		for value, nome := range r.segredo {
			line = strings.ReplaceAll(line, value, nome)
		}
		r.ata = append(r.ata, line)
	}
}

// erro writes the outcome of a call that has no other result.
func (r *roteiro) erro(format string, args ...any) func(err error) {
	return func(err error) { r.anota(format, args...)(nil, err) }
}

// falha is the whole of an error: kind, code, fields and sentence.
func falha(err error) string {
	if err == nil {
		return ""
	}
	out := " | " + class(err)
	if rule, ok := errors.AsType[*store.RuleError](err); ok {
		out += " " + rule.Codigo
	}
	if bad, ok := errors.AsType[*store.InvalidError](err); ok {
		out += fmt.Sprint(" ", bad.Campos)
	}
	return out + ": " + err.Error()
}

// aleatorios are fields that differ from run to run.
var aleatorios = []string{"Hash", "Inicio", "Proximo", "Anterior"}

// mostra prints a value with all that pointers lead to, without random parts.
func mostra(v reflect.Value) string {
	if !v.IsValid() {
		return ""
	}
	switch x := v.Interface().(type) {
	case store.Hora:
		return x.String()
	case store.Objeto:
		return compacto(x)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return mostra(v.Elem())
	case reflect.Struct:
		return mostraStruct(v)
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, mostra(v.Index(i)))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case reflect.String:
		return fmt.Sprintf("%q", v.String())
	default:
		return fmt.Sprint(v.Interface())
	}
}

// mostraStruct leaves zero fields out: nil and false are told apart by what
// stands there.
func mostraStruct(v reflect.Value) string {
	var parts []string
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Name == "BaseModel" || !f.IsExported() || v.Field(i).IsZero() {
			continue
		}
		value := mostra(v.Field(i))
		if slices.Contains(aleatorios, f.Name) {
			value = "(há)"
		}
		if f.Name == "SenhaHash" {
			value = strings.Join(strings.Split(v.Field(i).String(), "$")[:1], "")
		}
		parts = append(parts, f.Name+":"+value)
	}
	return "{" + strings.Join(parts, " ") + "}"
}

func compacto(o store.Objeto) string {
	var b bytes.Buffer
	if json.Compact(&b, o) != nil {
		return fmt.Sprintf("não é JSON: %q", string(o))
	}
	return b.String()
}
