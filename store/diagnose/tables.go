package diagnose

import (
	"context"
	"errors"

	"example.com/monitor/store/drift"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// tables reports what is found of drift. What would make ordinary use fail ends
// the diagnosis.
func (d *examiner) tables(ctx context.Context) error {
	if !drift.Matters(d.state) {
		return nil
	}
	x, err := drift.Examine(ctx, d.db.Reader())
	if err != nil && ctx.Err() == nil {
		return d.fail(stageTables, err, "confira se este é mesmo o banco do monitor")
	}
	if err == nil {
		err = x.Try(ctx, d.db, when.Of(d.cfg.Now()))
	}
	tried := err == nil
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		d.warn(
			stageTables,
			engine.MotivoSemResposta,
			"não deu tempo de examinar as tabelas",
			"monitor setup as examina antes de mudar qualquer coisa; para ver agora, repita: monitor setup --verificar",
		)
		return nil
	}
	if engine.Motivo(err) == engine.MotivoOcupado {
		d.warn(
			stageTables,
			engine.MotivoOcupado,
			"outro programa está gravando, e a gravação de ensaio não foi feita",
			"repita em uma hora calma: monitor setup --verificar",
		)
	} else if err != nil {
		return d.fail(stageTables, err, "confira os direitos do usuário e o espaço no servidor")
	}
	for _, f := range x.Findings {
		switch {
		case f.Blocks:
		case f.Mends != nil:
			d.warn(stageTables, f.Reason, f.Detail, "monitor setup conserta: "+f.Remedy)
		default:
			d.warn(stageTables, f.Reason, f.Detail, f.Remedy)
		}
	}
	if reason, cause, remedy := x.Blocking(); reason != "" {
		return d.refuse(stageTables, reason, cause, remedy)
	}
	if len(x.Findings) == 0 && tried {
		d.ok(stageTables, "as seis tabelas são como as do sistema antigo, e uma gravação de ensaio passou em todas")
	}
	return nil
}
