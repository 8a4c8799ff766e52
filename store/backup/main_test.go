package backup_test

import (
	"os"
	"testing"

	"example.com/monitor/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Overlap{M: m}.Run()) }
