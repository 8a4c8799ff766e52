package setup_test

import (
	"syscall"
	"unsafe"
)

// dieBeyond lets the system kill this process when it makes a file longer.
// Go's runtime would take the signal for nothing and the write for failed; the
// default action of the system is what kill -9 does.
var dieBeyond = func(timeBound uint64) error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return err
	}
	var baseline [4]uint64 // struct sigaction with SIG_DFL
	const sigsetsize = 8
	_, _, errno := syscall.RawSyscall6(
		syscall.SYS_RT_SIGACTION,
		uintptr(syscall.SIGXFSZ),
		uintptr(unsafe.Pointer(&baseline)),
		0,
		sigsetsize,
		0,
		0,
	)
	if errno != 0 {
		return errno
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: timeBound, Max: timeBound})
}
