//go:build unix

package cmd

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRootObeysNobodyElsesFiles that lie where it is started; it does when they are named.
func TestRootObeysNobodyElsesFiles(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	const nobody = 65534
	for file, flag := range map[string]string{".env": "--env", "config.yaml": "--config"} {
		text := map[string]string{".env": "DATABASE_URL=sqlite:///outro.db\n", "config.yaml": "banco: sqlite:///outro.db\n"}[file]
		for name, open := range map[string]func(){
			"of somebody else":    func() { require.NoError(t, os.Chown(file, nobody, nobody)) },
			"writable":            func() { require.NoError(t, os.Chmod(file, 0o666)) },
			"writable by a group": func() { require.NoError(t, os.Chmod(file, 0o660)) },
			"through somebody else's link": func() {
				require.NoError(t, os.Rename(file, "verdadeiro"))
				require.NoError(t, os.Symlink("verdadeiro", file))
				require.NoError(t, os.Lchown(file, nobody, nobody))
				require.NoError(t, os.Chmod(".", 0o777|os.ModeSticky))
			},
			"in a writable folder":      func() { require.NoError(t, os.Chmod(".", 0o777)) },
			"in somebody else's folder": func() { require.NoError(t, os.Chown(".", nobody, nobody)) },
		} {
			t.Run(file+" "+name, func(t *testing.T) {
				fresh(t)
				require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
				r := runMonitor(t, "config", "mostrar", "-o", "json")
				require.Equal(t, exitOK, r.code, r.err)
				require.Empty(t, r.err)
				open()
				r = runMonitor(t, "config", "mostrar", "-o", "json")
				require.Equal(t, exitUsage, r.code)
				require.Contains(t, r.err, "não obedece")
				require.Contains(t, r.err, flag)
				require.Empty(t, r.out)
				r = runMonitor(t, "config", "mostrar", "-o", "json", flag, file)
				require.Equal(t, exitOK, r.code, r.err)
				require.Contains(t, r.err, "aviso: obedecendo")
				require.Contains(t, r.out, "outro.db")

				was := effectiveUser
				effectiveUser = func() int { return nobody }
				defer func() { effectiveUser = was }()
				r = runMonitor(t, "config", "mostrar")
				require.Equal(t, exitOK, r.code, "others have their own rights only")
			})
		}
	}
	fresh(t)
	r := runMonitor(t, "config", "mostrar", "--env", "ausente.env")
	require.Equal(t, exitUsage, r.code)
}

func TestPasswordInAnArgumentIsWarnedAbout(t *testing.T) {
	fresh(t)
	r := runMonitor(t, "config", "mostrar", "--banco", "postgres://u:segredissimo@127.0.0.1/x")
	require.Contains(t, r.err, "lista de processos")
	require.Contains(t, r.err, "DATABASE_URL")
	require.NotContains(t, r.out+r.err, "segredissimo")
	require.NotContains(t, runMonitor(t, "config", "mostrar", "--banco", "postgres://u@127.0.0.1/x").err, "lista de processos")
	t.Setenv("DATABASE_URL", "postgres://u:segredissimo@127.0.0.1/x")
	require.NotContains(t, runMonitor(t, "config", "mostrar").err, "lista de processos")
}
