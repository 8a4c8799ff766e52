package diagnose

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/internal/pace"
	"example.com/monitor/store/password"
	"example.com/monitor/store/say"
	"example.com/monitor/store/schema"
)

// security warns about what an inherited database brings along. What cannot be
// looked at in time is said, and is no failure. What takes longest, hashing, comes last.
func (d *examiner) security(ctx context.Context) error {
	if d.state != schema.Current && d.state != schema.Foreign && d.state != schema.Behind {
		return nil
	}
	found := 0
	for _, look := range []func(context.Context) (Fase, error){d.foreignCode, d.openTables, d.weakPasswords, d.clearTokens, d.openKey, d.defaultPassword} {
		f, err := look(ctx)
		if err != nil {
			d.warn(
				stageSecurity,
				engine.MotivoSemResposta,
				"não deu tempo de examinar as senhas e sessões herdadas",
				"repita com: monitor setup --verificar",
			)
			return nil //nolint:nilerr // the database works
		}
		if f.Detalhe != "" {
			found++
			d.warn(stageSecurity, f.Motivo, f.Detalhe, f.Remedio)
		}
	}
	if found == 0 {
		d.ok(stageSecurity, "nenhuma senha padrão, senha fraca ou sessão aberta herdada, nem gatilho que não seja do monitor")
	}
	return nil
}

// oldPassword is what the Flask system gave its first administrator.
const oldPassword = "admin123"

// defaultPasswordFor bounds the hashing: foreign hashes may be slow.
const defaultPasswordFor = 2 * time.Second

// defaultPassword looks for administrators who still have the password that everybody
// knows.
func (d *examiner) defaultPassword(ctx context.Context) (f Fase, err error) {
	var list []struct {
		Email string `bun:"email"`
		Hash  string `bun:"senha_hash"`
	}
	err = d.db.Reader().All(
		ctx,
		&list,
		"SELECT email, senha_hash FROM clientes WHERE nivel_acesso = ? AND ativo = ? AND senha_hash IS NOT NULL ORDER BY id LIMIT 5",
		"admin",
		true,
	)
	start := time.Now()
	for _, c := range list {
		if time.Since(start) > defaultPasswordFor {
			break
		}
		if password.Verify(c.Hash, oldPassword) {
			return Fase{
				Motivo: motivoAdmin123, Detalhe: "o administrador " + c.Email + " ainda tem a senha " + oldPassword + ", que todos conhecem",
				Remedio: "troque-a agora: monitor clientes senha " + c.Email,
			}, nil
		}
	}
	return f, err
}

func (d *examiner) weakPasswords(ctx context.Context) (f Fase, err error) {
	var n int
	strong := fmt.Sprintf("pbkdf2:sha256:%d$%%", pace.HashRounds())
	err = d.db.Reader().Get(
		ctx,
		[]any{&n},
		"SELECT count(*) FROM clientes WHERE senha_hash IS NOT NULL AND senha_hash <> '' AND senha_hash NOT LIKE ?",
		strong,
	)
	if n > 0 {
		f = Fase{
			Motivo: reasonWeakHashes, Detalhe: say.Count(n, "senha guardada na forma antiga, mais fácil de quebrar", "senhas guardadas na forma antiga, mais fácil de quebrar"),
			Remedio: "cada uma é fortalecida na próxima entrada da pessoa; quem não entra há muito tempo pode ser desativado",
		}
	}
	return f, err
}

func (d *examiner) clearTokens(ctx context.Context) (f Fase, err error) {
	var n int
	err = d.db.Reader().Get(
		ctx,
		[]any{&n},
		"SELECT count(*) FROM sessoes WHERE ativa = ? AND token NOT LIKE ?",
		true,
		schema.HashedTokenPrefix+"%",
	)
	if n > 0 {
		f = Fase{
			Motivo: reasonClearTokens, Detalhe: say.Count(n, "sessão do sistema antigo tem o seu token aberto no banco", "sessões do sistema antigo têm o seu token aberto no banco"),
			Remedio: "cada uma vale até expirar; quem puder ler o banco ou uma cópia dele entra com ela, portanto guarde bem as cópias",
		}
	}
	return f, err
}

// foreignCode names what runs on our tables, or stands before them, and is not ours.
func (d *examiner) foreignCode(ctx context.Context) (f Fase, err error) {
	code, err := d.db.Reader().ForeignCode(ctx)
	if len(code) > 0 {
		f = Fase{
			Motivo: reasonForeignCode, Detalhe: "há código que não é do monitor e age sobre as tabelas ou fica no lugar delas: " + strings.Join(schema.ForeignNames(code), ", "),
			Remedio: "veja quem pôs isso ali e o que faz; se ninguém souber, faça uma cópia e retire (DROP TRIGGER, DROP VIEW)",
		}
	}
	return f, err
}

// openTables are ours that anybody may read through the provider's public API.
func (d *examiner) openTables(ctx context.Context) (f Fase, err error) {
	open, err := schema.OpenTables(ctx, d.db)
	if len(open) == 0 || err != nil {
		return f, err
	}
	return Fase{
		Motivo: reasonOpenTables,
		Detalhe: "qualquer pessoa com a chave pública do projeto lê estas tabelas pela API do provedor (papéis anon e authenticated): " + strings.Join(
			open,
			", ",
		),
		Remedio: "monitor setup as fecha, com row level security e REVOKE; o monitor e o sistema antigo continuam lendo",
	}, nil
}

// openKey looks at the file of the audit key beside a SQLite database.
func (d *examiner) openKey(context.Context) (f Fase, err error) {
	if d.t.Kind != engine.SQLite {
		return f, nil
	}
	path := d.t.Path + ".auditoria"
	if info, err := os.Stat(path); err == nil && readableByOthers(info) {
		f = Fase{
			Motivo:  reasonOpenFile,
			Detalhe: "a chave da auditoria é legível por outros usuários desta máquina",
			Remedio: "restrinja com: chmod 600 " + path,
		}
	}
	return f, nil
}
