package store

import (
	"context"
	"log/slog"
	"time"

	"example.com/monitor/store/backup"
	"example.com/monitor/store/durable"
)

// The files that were taken away are open until this process ends, and with them
// what was acknowledged and is nowhere else: the journal holds what was not yet
// copied into the file. It is saved beside the place where the database was.

// rescueWait bounds the saving: whoever stops the program waits for it.
const rescueWait = 2 * time.Minute

// rescueWhenLost waits until the files of the database are taken away, or ctx ends.
func (s *Store) rescueWhenLost(ctx context.Context) {
	select {
	case <-s.taken:
	case <-ctx.Done():
		select {
		case <-s.taken:
		default:
			return
		}
	}
	path, err := s.rescue()
	if err != nil {
		s.cfg.Log.ErrorContext(ctx, "não foi possível salvar o que estava nos arquivos do banco que foram tirados", slog.String("causa", err.Error()))
		return
	}
	s.cfg.Log.ErrorContext(ctx, "o que estava no banco foi salvo: compare com o que há no lugar dele e, se for o certo, use monitor restaurar", slog.String("arquivo", path))
}

func (s *Store) rescue() (path string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), rescueWait)
	defer cancel()
	path = s.db.Target.Path + ".resgate-" + s.cfg.Now().In(s.cfg.Fuso).Format("2006-01-02T150405")
	p, err := durable.NewPartial(path)
	if err != nil {
		return "", err
	}
	defer p.Discard()
	if err := s.db.Rescue(ctx, p.Name); err != nil {
		return "", err
	}
	// Where somebody has written into the file meanwhile, the two do not fit together.
	if err := backup.Intact(ctx, p.Name); err != nil {
		return "", err
	}
	if err := p.Sync(); err != nil {
		return "", err
	}
	return path, p.Publish(false)
}
