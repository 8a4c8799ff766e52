//go:build ignore

// Mutations is described in .ci/mutations.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// mutation is a fault: texts of one file or several that are replaced, each of which must
// occur once, and the tests of one package that have to notice.
type mutation struct {
	what     string
	pkg, run string
	edits    []edit
}

type edit struct{ file, was, is string }

func one(what, pkg, run, file, was, is string) mutation {
	return mutation{what, pkg, run, []edit{{file, was, is}}}
}

var mutations = []mutation{
	one("an idempotency key is looked for without its actor", "./store", "Idempot",
		"store/once/once.go", "WHERE ator = ? AND chave = ?`, actor, key)", "WHERE chave = ?`, key)"),
	one("a moderador sets nivel_acesso", "./server", "TestLevelsAreNotAssigned",
		"store/clientes_change.go", `[]string{"nivel_acesso", "senha"}`, `[]string{"senha"}`),
	one("a moderador sets a password", "./store", "TestRoles",
		"store/clientes_change.go", `[]string{"nivel_acesso", "senha"}`, `[]string{"nivel_acesso"}`),
	one("a new password keeps the sessions", "./store", "TestSessionEnds",
		"store/clientes_followup.go", "if !now.IsActive() || now.SenhaHash != was.SenhaHash {", "if !now.IsActive() {"),
	{"the audit entry is written after the change, in a transaction of its own", "./store", "TestAuditFailureUndoesTheChange", []edit{
		{"store/call.go", "	now   Hora\n}", "	now   Hora\n	later []entry\n	late  bool\n}"},
		{"store/call.go", "	return c.s.db.Write(ctx, func(ctx context.Context, q engine.Q) error {\n		undo", "	var later []entry\n	werr := c.s.db.Write(ctx, func(ctx context.Context, q engine.Q) error {\n		undo"},
		{"store/call.go", "		err := fn(ctx, t)\n		done = err == nil\n		return err\n	})\n", "		err := fn(ctx, t)\n		later, done = t.later, err == nil\n		return err\n	})\n" +
			"	if werr != nil || len(later) == 0 {\n		return werr\n	}\n	return c.s.db.Write(ctx, func(ctx context.Context, q engine.Q) error {\n		x := &tx{Q: q, s: c.s, actor: c.actor, now: c.s.now(), late: true}\n		for _, r := range later {\n			if err := x.audit(ctx, r); err != nil {\n				return err\n			}\n		}\n		return nil\n	})\n"},
		{"store/entry.go", "func (t *tx) audit(ctx context.Context, r entry) error {\n", "func (t *tx) audit(ctx context.Context, r entry) error {\n	if !t.late {\n		t.later = append(t.later, r)\n		return nil\n	}\n"},
	}},
	one("the last administrator can be removed", "./store", "TestLastAdminStays",
		"store/clientes_followup.go", "if others == 0 {", "if others < 0 {"),
	one("a MAC is compared with its case", "./store", "Device|Machine|Identit|Registr|Dispositivo",
		"store/machine/recognise.go", "lower(replace(replace(replace(replace(substr(d.mac_address, 1, 32)", "(replace(replace(replace(replace(substr(d.mac_address, 1, 32)"),
	one("SQLite writes with synchronous=NORMAL", "./store", "TestPowerLossKeepsAcknowledged",
		"store/engine/sqlite.go", `"journal_mode(WAL)", "synchronous(FULL)"`, `"journal_mode(WAL)", "synchronous(NORMAL)"`),
	one("a failed login is answered at once", "./store", "TestFailuresLookAlike",
		"store/sessoes.go", "	return token, c, errors.Join(err, pace.WaitStep(ctx, start))", "	_, _ = start, pace.WaitStep\n	return token, c, err"),
	one("passwords are hashed with a tenth of the rounds", "./store/password", "TestHash",
		"store/internal/pace/pace.go", "fullRounds = 600_000", "fullRounds = 60_000"),
	one("an old hash costs less than ours", "./store/internal/pace", "TestWeakHashesCostAsMuch",
		"store/password/hash.go", "max(0, pace.HashRounds()-h.rounds)", "max(0, pace.HashRounds()/2-h.rounds)"),
	one("guesses at an account cost no wait", "./store", "TestGuessesAreBounded|TestLock$",
		"store/guess/key.go", "	if failures < f.free {", "	if failures < 10*f.free {"),
	one("a session outlives its day", "./store", "TestSessionEnds",
		"store/auth.go", "sessaoDuracao = 24 * time.Hour", "sessaoDuracao = 25 * time.Hour"),
	one("a revoked key opens", "./store", "TestKeyEnds|TestRoles",
		"store/auth.go", "(!revogada.IsZero() || s.past(expira))", "s.past(expira)"),
	one("a usuario sees other clients", "./store", "TestUsuarioSeesOnlyItself|TestRoles",
		"store/clientes.go", "if c.actor.nivel == Usuario && c.actor.id != id {", "if c.actor.nivel == Leitura && c.actor.id != id {"),
	one("rows of one instant have no order", "./store", "TestListEqualsBruteForce|TestListsMeetEveryRowOnce|TestBuscaHostil$",
		"store/list/listing.go", `" ORDER BY NEWEST(" + l.Time + "), " + l.ID + " DESC"`, `" ORDER BY NEWEST(" + l.Time + "), " + l.ID`),
	one("a search is not unmasked", "./store/fold", "TestSearchTerms|TestSearchProperties",
		"store/fold/fold.go", `bare != "" && bare != w {`, `bare != "" && bare == w {`),
	one("a link's signature is not looked at", "./store", "TestVerifyFindsTampering|TestTamperingIsFound",
		"store/trail/verify.go", "case !k.verifies(e):", "case len(e.mac) == 0:"),
	one("what fails to commit is told as done", "./store", "TestUnansweredCommit|TestBrokenConnection",
		"store/engine/writer.go", "			w.finish(batch[:n], err)\n		}\n		batch", "			w.finish(batch[:n], nil)\n		}\n		batch"),
	one("a CSV cell may be a formula", "./store/sheet", "TestSafeCell",
		"store/sheet/safe_cell.go", `const formulas = "=+-@|`, `const formulas = "=+-|`),
	one("what nobody vouches for is taken back", "./store", "TestUndoTrustsTheTrailOnly",
		"store/trail/attest.go", "	case !k.verifies(e), !r.agrees(e), !hmac.Equal(e.Digest, Digest(k.Secret, r.text, r.data, r.level)):", "	case !r.agrees(e) || len(Digest(k.Secret)) == 0 || hmac.Equal(nil, e.mac):"),
	one("taking back overwrites what came later", "./store", "TestManyAtOnceAndBack",
		"store/operation/reversal.go", "		if r.Version != version {", "		if r.Version == \"\" && version == \"\" {"),
	one("an operation that goes on begins anew", "./store", "TestOperationsSurvive|TestAnInterruptedOperationGoesOn",
		"store/operation/operacao.go", "return over[id] })", "return over[-id] })"),
	one("a copy is open to others", "./store/backup", "TestPrivateFiles|Backup|Copy|Copies|Copia",
		"store/durable/partial.go", "os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)", "os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)"),
	one("scripts read the session's cookie", "./server", "TestCookieAttributes",
		"server/cookie.go", "HttpOnly: true", "HttpOnly: false"),
	one("another site may write with the cookie", "./server", "TestCookieNeedsItsOwnOrigin|TestEnteringIsBoundToTheOrigin",
		"server/credential.go", "	if s.origin.Check(r) != nil {", "	if false && s.origin.Check(r) != nil {"),
	one("unknown fields are taken", "./server", "TestNewRoutesRefuseUnknownFields|TestEveryWrongFieldIsNamed|TestIgnoredFieldsAreNamed",
		"server/decode.go", `			bad[name] = "Campo desconhecido"`, `			_ = name`),
	one("a CPF needs no right digits", "./store/brasil", "TestCPFCNPJ",
		"store/brasil/brasil.go", "if !checkDigitsMatch(documentChars(s), cpfWeights) {", "if len(s) > 99 && !checkDigitsMatch(documentChars(s), cpfWeights) {"),
	one("the file beats the environment", "./cmd", "TestPrecedencePerKey",
		"cmd/settings/settings.go", "	return c.v.MergeConfigMap(file.AllSettings())", "	for _, key := range file.AllKeys() {\n		c.v.Set(key, file.Get(key))\n	}\n	return nil"),
}

func main() {
	work, err := os.MkdirTemp("", "mutations-")
	check(err)
	defer os.RemoveAll(work)
	words := os.Args[1:]
	only := len(words) > 0 && words[0] == "check"
	if only {
		words = words[1:]
	}
	var missed []string
	tried := 0
	for i, m := range mutations {
		if !m.chosen(words) {
			continue
		}
		tried++
		began := time.Now()
		verdict, seen := m.try(filepath.Join(work, fmt.Sprint(i)), only)
		fmt.Printf("%-8s %3.0fs  %s  [%s %s]\n", verdict, time.Since(began).Seconds(), m.what, m.pkg, m.run)
		if verdict != "caught" && verdict != "builds" {
			missed = append(missed, m.what)
			fmt.Println(indent(seen))
		}
	}
	fmt.Printf("%d of %d as they should be\n", tried-len(missed), tried)
	if len(missed) > 0 {
		os.Exit(1)
	}
}

func (m mutation) chosen(words []string) bool {
	for _, w := range words {
		if strings.Contains(m.what, w) {
			return true
		}
	}
	return len(words) == 0
}

// failed is how a run ends in which a test noticed.
var failed = regexp.MustCompile(`(?m)^\s*--- FAIL|^panic: |test timed out`)

// try runs the tests with the fault in place of the files that it changes, or only builds
// it, and returns what came of it.
func (m mutation) try(dir string, only bool) (verdict, seen string) {
	overlay, err := m.overlay(dir)
	if err != nil {
		return "STALE", err.Error()
	}
	if only {
		if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", os.DevNull, m.pkg).CombinedOutput(); err != nil {
			return "BROKEN", string(out)
		}
		return "builds", ""
	}
	cmd := exec.Command("go", "test", "-count=1", "-vet=off", "-timeout=10m", "-overlay", overlay, "-run", m.run, m.pkg)
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil && strings.Contains(string(out), "no tests to run"):
		return "NO TEST", string(out)
	case err == nil:
		return "MISSED", string(out)
	case !failed.Match(out):
		return "BROKEN", string(out) // it does not compile
	default:
		return "caught", ""
	}
}

func (m mutation) overlay(dir string) (string, error) {
	check(os.MkdirAll(dir, 0o700))
	texts := map[string]string{}
	for _, e := range m.edits {
		if _, read := texts[e.file]; !read {
			text, err := os.ReadFile(e.file)
			if err != nil {
				return "", err
			}
			texts[e.file] = string(text)
		}
		if n := strings.Count(texts[e.file], e.was); n != 1 {
			return "", fmt.Errorf("%s has %d times:\n%s", e.file, n, e.was)
		}
		texts[e.file] = strings.Replace(texts[e.file], e.was, e.is, 1)
	}
	replace := map[string]string{}
	for file, text := range texts {
		from, err := filepath.Abs(file)
		check(err)
		to := filepath.Join(dir, filepath.Base(file))
		check(os.WriteFile(to, []byte(text), 0o600))
		replace[from] = to
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	check(err)
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, text, 0o600)
}

func indent(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return "    " + strings.Join(lines[max(0, len(lines)-15):], "\n    ")
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
