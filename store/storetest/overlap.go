package storetest

import (
	"flag"
	"runtime"
	"strconv"
	"testing"
)

// Overlap is M for packages whose tests mostly wait, for servers, floors and deadlines:
// more of them run at once than there are cores, unless -parallel asks for another number.
type Overlap struct{ M *testing.M }

// Run runs the tests.
func (o Overlap) Run() int {
	if !flag.Parsed() {
		flag.Parse()
	}
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0)))
	}
	return o.M.Run()
}
