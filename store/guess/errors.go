package guess

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// ErrBloqueado says that passwords were guessed too often.
var ErrBloqueado = errors.New("muitas tentativas com senha errada")

// BloqueioError is ErrBloqueado with the time after which another try makes sense.
// It is the same whether or not there is such an account.
type BloqueioError struct {
	Wait time.Duration // at least a second
}

func (e *BloqueioError) Error() string {
	minutes := int(math.Ceil(e.Wait.Minutes()))
	if minutes <= 1 {
		return "Muitas tentativas com senha errada: aguarde um minuto e tente de novo"
	}
	return fmt.Sprintf("Muitas tentativas com senha errada: aguarde %d minutos e tente de novo", minutes)
}

// Unwrap makes errors.Is(err, ErrBloqueado) hold.
func (e *BloqueioError) Unwrap() error { return ErrBloqueado }
