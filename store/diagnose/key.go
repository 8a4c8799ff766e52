package diagnose

import (
	"context"

	"example.com/monitor/store/schema"
	"example.com/monitor/store/trail"
)

// key says which key of the audit trail is in use, and whether it is the trail's.
func (d *examiner) key(ctx context.Context) error {
	if d.state != schema.Current {
		return nil
	}
	t := trail.New(d.cfg.Trail)
	list, err := t.LoadKeys()
	if err != nil {
		d.warn(stageKey, reasonUnreadableKey, "a chave da auditoria em "+t.KeyOrigin()+" não pode ser usada",
			"corrija auditoria.chave ou as permissões e o conteúdo do arquivo; a guardada volta com: monitor auditoria chave trazer")
		return nil //nolint:nilerr // told
	}
	a, err := trail.ReadSigner(ctx, d.db.Reader())
	if err != nil {
		return nil //nolint:nilerr // the database works
	}
	switch u := t.Compare(list, a); {
	case !u.Assina: // this computer may read but not write
		e := t.Missing(a, list)
		d.warn(stageKey, reasonOtherKey, e.Frase, e.Remedio)
	case u.Trilha == "":
		d.ok(stageKey, "a trilha começa com a primeira gravação; a chave fica em "+u.Lugar)
	default:
		d.ok(stageKey, "a chave em uso, "+u.Trilha+" ("+u.Lugar+"), é a que assina a trilha")
	}
	return nil
}
