package store

import (
	"context"
	"errors"
)

// chave says which key of the audit trail is in use, and whether it is the trail's.
func (d *diagnostico) chave(ctx context.Context) error {
	if d.estado != SchemaCurrent {
		return nil
	}
	t := newTrilha(d.cfg, d.t)
	u, err := t.inUse(ctx, d.db.Reader())
	switch {
	case errors.Is(err, errAuditKey), err != nil && errors.Is(err, ErrUnavailable) && err.Error() == t.keyFileError().Error():
		d.warn(faseChave, motivoChaveIlegivel, "a chave da auditoria em "+u.lugar(t)+" não pode ser usada", "corrija auditoria.chave ou as permissões e o conteúdo do arquivo; a guardada volta com: monitor auditoria chave trazer")
	case err != nil:
		return nil //nolint:nilerr // the database works
	case !u.Assina:
		return d.chaveAlheia(t, u)
	case u.Trilha == "":
		d.ok(faseChave, "a trilha começa com a primeira gravação; a chave fica em "+u.Lugar)
	default:
		d.ok(faseChave, "a chave em uso, "+u.Trilha+" ("+u.Lugar+"), é a que assina a trilha")
	}
	return nil
}

// lugar is where the key would be.
func (u ChaveEmUso) lugar(t *trilha) string {
	if u.Lugar != "" {
		return u.Lugar
	}
	return t.origemChave()
}

// chaveAlheia warns that this computer may read but not write.
func (d *diagnostico) chaveAlheia(t *trilha, u ChaveEmUso) error {
	var have chaveiro
	for _, id := range u.Aqui {
		have = append(have, chaveTrilha{id: id})
	}
	a := assinante{id: u.Trilha, onde: u.Onde}
	e, ok := errors.AsType[*ChaveError](t.alheia(a, have))
	if ok {
		d.warn(faseChave, motivoChaveAlheia, e.Frase, e.Remedio)
	}
	return nil
}
