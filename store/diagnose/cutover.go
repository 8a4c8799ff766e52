package diagnose

import (
	"context"
	"fmt"

	"example.com/monitor/store/say"
	"example.com/monitor/store/schema"
)

// cutover says how far the change from the Flask system is, where there was one.
func (d *examiner) cutover(ctx context.Context) error {
	if d.state != schema.Current {
		return nil
	}
	adopted, err := d.db.Adopted(ctx)
	if err != nil || !adopted {
		return nil //nolint:nilerr // the database works
	}
	e, err := schema.ReadStage(ctx, d.db.Reader())
	if err != nil {
		return nil //nolint:nilerr // the database works
	}
	at := e.Corte.In(d.cfg.Zone).Format("02/01/2006 15:04")
	switch {
	case e.Corte.IsZero():
		d.report(Fase{
			Codigo: stageCutover, Nome: stageNames[stageCutover], Estado: FaseOK,
			Detalhe: "convivência: o sistema antigo pode continuar no ar", Remedio: "quando ele estiver desligado de vez: monitor setup --encerrar-flask",
		})
	case e.Abertos > 0:
		d.warn(
			stageCutover,
			reasonLateTokens,
			fmt.Sprintf("o sistema antigo foi encerrado em %s e mesmo assim gravou %s depois; elas não valem",
				at, say.Count(int(e.Abertos), "sessão", "sessões")),
			"desligue-o de vez e repita: monitor setup --encerrar-flask",
		)
	default:
		d.ok(stageCutover, "corte: o sistema antigo foi encerrado em "+at)
	}
	return nil
}
