package pace

import (
	"context"
	"time"
)

// WaitStep waits for the next multiple of the step: the time of an answer does not
// tell which of the ways to fail it was.
func WaitStep(ctx context.Context, start time.Time) error {
	step := LoginStep()
	left := step - time.Since(start)%step
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
