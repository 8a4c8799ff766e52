package store

import (
	"context"
	"errors"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// tabelas reports what is found of drift. What would make ordinary use fail ends
// the diagnosis.
func (d *diagnostico) tabelas(ctx context.Context) error {
	if !driftMatters(d.estado) {
		return nil
	}
	x, err := examine(ctx, d.db.Reader())
	if err != nil && ctx.Err() == nil {
		return d.fail(faseTabelas, err, "confira se este é mesmo o banco do monitor")
	}
	if err == nil {
		err = x.try(ctx, d.db, when.Of(d.cfg.Now()))
	}
	tried := err == nil
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		d.warn(faseTabelas, engine.MotivoSemResposta, "não deu tempo de examinar as tabelas", "monitor setup as examina antes de mudar qualquer coisa; para ver agora, repita: monitor setup --verificar")
		return nil
	}
	if engine.Motivo(err) == engine.MotivoOcupado {
		d.warn(faseTabelas, engine.MotivoOcupado, "outro programa está gravando, e a gravação de ensaio não foi feita", "repita em uma hora calma: monitor setup --verificar")
	} else if err != nil {
		return d.fail(faseTabelas, err, "confira os direitos do usuário e o espaço no servidor")
	}
	for _, f := range x.list {
		switch {
		case f.blocks:
		case f.mend != nil:
			d.warn(faseTabelas, f.motivo, f.detalhe, "monitor setup conserta: "+f.remedio)
		default:
			d.warn(faseTabelas, f.motivo, f.detalhe, f.remedio)
		}
	}
	if motivo, causa, remedy := x.blocking(); motivo != "" {
		return d.refuse(faseTabelas, motivo, causa, remedy)
	}
	if len(x.list) == 0 && tried {
		d.ok(faseTabelas, "as seis tabelas são como as do sistema antigo, e uma gravação de ensaio passou em todas")
	}
	return nil
}
