package pace_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/internal/pace"
	"example.com/monitor/store/internal/pacetest"
	"example.com/monitor/store/password"
)

// TestAnswersLeaveInSteps of 250 ms after the question came.
func TestAnswersLeaveInSteps(t *testing.T) {
	pacetest.Full(t)
	synctest.Test(t, func(t *testing.T) {
		for work, want := range map[time.Duration]time.Duration{
			0: 250, 1: 250, 249: 250, 250: 500, 251: 500, 499: 500, 760: 1000,
		} {
			start := time.Now()
			time.Sleep(work * time.Millisecond)
			require.NoError(t, pace.WaitStep(t.Context(), start))
			require.Equal(t, want*time.Millisecond, time.Since(start), "%d ms of work", work)
		}
	})
}

// TestWeakHashesCostAsMuch: what an older hash lacks in work is made up for.
func TestWeakHashesCostAsMuch(t *testing.T) {
	pacetest.Full(t)
	const sum = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	for stored, want := range map[string]int{
		"pbkdf2:sha256:600000$s$" + sum: 0, "pbkdf2:sha256:260000$s$" + sum: 340_000, "pbkdf2:sha256$s$" + sum: 340_000,
		"pbkdf2:sha256:1$s$" + sum: 599_999, "pbkdf2:sha256:900000$s$" + sum: 0,
		"plain$s$x": 600_000, "": 600_000, "lixo": 600_000,
	} {
		require.Equal(t, want, password.RoundsLeft(stored, time.Second, time.Second), stored)
	}
	scrypt := "scrypt:32768:8:1$s$" + sum + sum
	require.Equal(t, 450_000, password.RoundsLeft(scrypt, time.Second, 4*time.Second))
	require.Zero(t, password.RoundsLeft(scrypt, 5*time.Second, 4*time.Second))
	require.Zero(t, password.RoundsLeft(scrypt, time.Second, 0))
}
