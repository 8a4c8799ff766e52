// Package settings reads the configuration of one run: flags, the environment, .env, config.yaml
// and defaults, in this order, and says of each value where it came from. What a value is for is
// the commands'.
package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store/say"

	_ "time/tzdata"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/monitor/server"
	"example.com/monitor/tui"
)

// Zones must work on machines without a zone database.

// The values that some keys accept.
var (
	ColourOptions = []string{"auto", "sempre", "nunca"}
	ThemeOptions  = []string{tui.ThemeAuto, tui.ThemeDark, tui.ThemeLight, tui.ThemeMono}
	MouseOptions  = []string{"ligado", "desligado"}
	levelOptions  = []string{"debug", "info", "aviso", "erro"}
	formatOptions = []string{"auto", "texto", "json"}
	HeaderOptions = []string{server.HeaderXForwardedFor, server.HeaderForwarded}
)

// DefaultBanco is the one database that serve may create.
const DefaultBanco = "sqlite:///data/clientes.db"

// Setting is a key of the configuration: its default, the names that it has in
// the environment (first one wins) and the check of its value.
type Setting struct {
	Name    string
	Default string
	Env     []string
	Secret  bool
	check   func(name, value string) error
}

// All are the keys. A key is here because a command reads it.
func All() []Setting {
	return []Setting{
		{Name: "banco", Default: DefaultBanco, Env: []string{"MONITOR_BANCO", "MONITOR_DATABASE_URL", "DATABASE_URL"}},
		{Name: "db.ca", Env: []string{"MONITOR_DB_CA"}},
		{Name: "db.certificado", Env: []string{"MONITOR_DB_CERTIFICADO"}, check: checkFingerprint},
		{Name: "endereco", Default: "127.0.0.1:5000", Env: []string{"MONITOR_ENDERECO"}, check: checkAddress},
		{Name: "fuso", Default: "", Env: []string{"MONITOR_FUSO"}, check: checkZone},
		{Name: "cor", Default: "auto", Env: []string{"MONITOR_COR"}, check: choiceCheck(ColourOptions)},
		{Name: "auditoria.chave", Env: []string{"MONITOR_AUDITORIA_CHAVE"}, Secret: true, check: checkAuditKey},
		{Name: "tui.atualizar", Default: "2s", Env: []string{"MONITOR_TUI_ATUALIZAR"}, check: checkDuration},
		{Name: "tui.tema", Default: "auto", Env: []string{"MONITOR_TUI_TEMA"}, check: choiceCheck(ThemeOptions)},
		{Name: "tui.mouse", Default: "ligado", Env: []string{"MONITOR_TUI_MOUSE"}, check: choiceCheck(MouseOptions)},
		{Name: "log.nivel", Default: "info", Env: []string{"MONITOR_LOG_NIVEL"}, check: choiceCheck(levelOptions)},
		{Name: "log.formato", Default: "auto", Env: []string{"MONITOR_LOG_FORMATO"}, check: choiceCheck(formatOptions)},
		{Name: "tls.certificado", Env: []string{"MONITOR_TLS_CERTIFICADO", "SSL_CERT_PATH"}},
		{Name: "proxies", Env: []string{"MONITOR_PROXIES"}, check: checkProxies},
		{
			Name:    "proxy.cabecalho",
			Default: server.HeaderXForwardedFor,
			Env:     []string{"MONITOR_PROXY_CABECALHO"},
			check:   choiceCheck(HeaderOptions),
		},
		{Name: "limites.credencial", Default: "200", Env: []string{"MONITOR_LIMITES_CREDENCIAL"}, check: checkLimit},
		{Name: "limites.endereco", Default: "100", Env: []string{"MONITOR_LIMITES_ENDERECO"}, check: checkLimit},
		{Name: "tls.chave", Env: []string{"MONITOR_TLS_CHAVE", "SSL_KEY_PATH"}},
	}
}

// tolerated are MONITOR_ names that belong to the program's own test suite, as does
// what begins with testEnv.
var tolerated = []string{"MONITOR_ENSAIO"}

const testEnv = "MONITOR_TEST_"

// Origin says where a value came from.
type Origin struct {
	Kind string
	Name string // of the flag, variable or file
}

// The kinds of origem, as people read them.
const (
	FromFlag    = "opção"
	FromEnv     = "ambiente"
	FromDotEnv  = "arquivo .env"
	FromFile    = "arquivo"
	FromDefault = "padrão"
)

func (o Origin) String() string {
	if o.Name == "" {
		return o.Kind
	}
	return o.Kind + " " + o.Name
}

// Config is the configuration of one run, checked.
type Config struct {
	v       *viper.Viper
	origins map[string]Origin
	dotenv  map[string]string
	file    string // the configuration file that was read, or would be written
	// avisos are what should be told about the configuration, and ignoradas the
	// MONITOR_ names that are not ours.
	warnings []string
	ignored  []string
}

// Text is the value of a key.
func (c *Config) Text(name string) string { return c.v.GetString(name) }

// Duration is the value of a key that is one.
func (c *Config) Duration(name string) time.Duration { return c.v.GetDuration(name) }

// Zone is the configured zone, else the system's, else São Paulo's where the
// system has none.
func (c *Config) Zone() *time.Location {
	if name := c.Text("fuso"); name != "" {
		if loc, err := time.LoadLocation(name); err == nil {
			return loc
		}
	}
	if _, err := os.Stat("/etc/localtime"); os.Getenv("TZ") != "" || err == nil || filepath.Separator == '\\' {
		return time.Local
	}
	loc, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		return time.Local
	}
	return loc
}

const configKey = "monitor_config_key"

// BindFlag makes a flag the first source of a key.
func BindFlag(fs *pflag.FlagSet, flag, key string) {
	_ = fs.SetAnnotation(flag, configKey, []string{key})
}

// Reader is whom reading the configuration has to ask and to tell.
type Reader struct {
	// Obey says whether a file is read, which a flag has named or not.
	Obey func(path, flag string, named bool) error
	// Learn is told the values before anything is said about them.
	Learn func(*Config)
}

// Read reads the configuration. Its mistakes are usage errors that name the key and the place.
func Read(flags *pflag.FlagSet, r Reader) (*Config, error) {
	c := &Config{v: viper.New(), origins: map[string]Origin{}}
	for _, s := range All() {
		c.v.SetDefault(s.Name, s.Default)
		c.origins[s.Name] = Origin{Kind: FromDefault}
	}
	if err := c.readConfigFile(flags, r); err != nil {
		return nil, err
	}
	dotenv, _ := flags.GetString("env")
	if err := r.Obey(dotenv, "--env", flags.Changed("env")); err != nil {
		return nil, err
	}
	if err := c.readDotEnv(dotenv); err != nil {
		return nil, err
	}
	if err := c.readEnviron(); err != nil {
		return nil, err
	}
	c.readFlags(flags)
	r.Learn(c)
	return c, c.check()
}

// Warnings are what should be told once: what was left out of the configuration.
func (c *Config) Warnings() []string {
	warnings := c.warnings
	if len(c.ignored) > 0 {
		slices.Sort(c.ignored)
		names := slices.Compact(c.ignored)
		warning := "a variável " + names[0] + " não é do monitor e foi ignorada"
		if len(names) > 1 {
			warning = "as variáveis " + say.Enumerate(names) + " não são do monitor e foram ignoradas"
		}
		warnings = append(warnings, warning)
	}
	return warnings
}

// Origin says where the value of a key came from.
func (c *Config) Origin(name string) Origin { return c.origins[name] }

// File is the configuration file that was read, or would be written.
func (c *Config) File() string { return c.file }

// Secrets are values that nothing may show.
func (c *Config) Secrets() []string {
	return append(auditKeys(c.Text("auditoria.chave")), c.LegacyKey())
}

// LegacyKey is the API_KEY of the old system, "" when there is none.
func (c *Config) LegacyKey() string {
	if k := c.dotenv["API_KEY"]; k != "" {
		return k
	}
	return os.Getenv("API_KEY")
}

// readConfigFile reads config.yaml: the given one, else ./config.yaml, else the
// user's. Only a given one must exist. Whether it is obeyed is asked before it is read.
func (c *Config) readConfigFile(flags *pflag.FlagSet, r Reader) error {
	given, _ := flags.GetString("config")
	path := given
	if path == "" {
		if path = findConfig(); path == "" {
			c.file = "config.yaml"
			return nil
		}
	}
	c.file = path
	if err := r.Obey(path, "--config", given != ""); err != nil {
		return err
	}
	return c.readFile(path)
}

func (c *Config) readFile(path string) error {
	file := viper.New()
	file.SetConfigFile(path)
	file.SetConfigType("yaml")
	if err := file.ReadInConfig(); err != nil {
		return FileError(path, err)
	}
	known := settingNames()
	for _, key := range file.AllKeys() {
		if !slices.Contains(known, key) {
			return term.UsageError(term.DidYouMean(key, "", known, "as chaves aceitas são: "+strings.Join(known, ", ")),
				"chave desconhecida em %s: %s", path, key)
		}
		c.origins[key] = Origin{FromFile, path}
	}
	return c.v.MergeConfigMap(file.AllSettings())
}

func findConfig() string {
	paths := []string{"config.yaml"}
	if dir, err := os.UserConfigDir(); err == nil {
		paths = append(paths, filepath.Join(dir, "monitor", "config.yaml"))
	}
	for _, p := range paths {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return ""
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// FileError leaves the parser's own words out: they are English and quote the
// file, which may hold secrets.
func FileError(path string, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return term.UsageError("confira o caminho dado em --config", "não foi possível abrir o arquivo de configuração %s", path)
	}
	where := ""
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		where = ", linha " + m[1]
	}
	return term.UsageError("compare com config.example.yaml", "o arquivo %s%s não é um YAML válido", path, where)
}

// readEnviron refuses unknown MONITOR_ names and binds the known ones.
func (c *Config) readEnviron() error {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if err := c.checkEnvName(name, "no ambiente"); err != nil {
			return err
		}
	}
	for _, s := range All() {
		if err := c.v.BindEnv(append([]string{s.Name}, s.Env...)...); err != nil {
			return fmt.Errorf("settings: bind %s: %w", s.Name, err)
		}
		if name := firstSet(s.Env, os.Getenv); name != "" {
			c.origins[s.Name] = Origin{FromEnv, name}
		}
	}
	return nil
}

// firstSet is the first name that has a value.
func firstSet(names []string, get func(string) string) string {
	for _, n := range names {
		if get(n) != "" {
			return n
		}
	}
	return ""
}

// injected are the names that Kubernetes and Docker give to every program beside a
// service called monitor, or monitor-something.
var injected = regexp.MustCompile(
	`^MONITOR_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)?|NAME|ENV_\w+)$`,
)

// checkEnvName refuses a name that is likely one of ours misspelt; others that
// begin like ours are told once and left alone.
func (c *Config) checkEnvName(name, where string) error {
	if !strings.HasPrefix(name, "MONITOR_") || slices.Contains(tolerated, name) || strings.HasPrefix(name, testEnv) {
		return nil
	}
	var known []string
	for _, s := range All() {
		known = append(known, s.Env...)
	}
	if slices.Contains(known, name) {
		return nil
	}
	if meant := resembled(name, known); meant != "" && !injected.MatchString(name) {
		return term.UsageError("você quis dizer "+meant+"?", "variável desconhecida %s: %s", where, name)
	}
	c.ignored = append(c.ignored, name)
	return nil
}

// resembled is the known name that a person who wrote name most likely meant, ""
// when it is none of ours: what all of them begin with does not count.
func resembled(name string, known []string) string {
	word := strings.ToLower(strings.TrimPrefix(name, "MONITOR_"))
	best, limit := "", max(1, len(word)/3)+1
	for _, k := range known {
		own, ours := strings.CutPrefix(k, "MONITOR_")
		own = strings.ToLower(own)
		if !ours {
			continue
		}
		d := term.Distance(word, own)
		if len(word) >= 3 && (strings.HasPrefix(own, word) || strings.HasPrefix(word, own+"_")) {
			d = min(d, 1)
		}
		if d < limit {
			best, limit = k, d
		}
	}
	return best
}

func (c *Config) readFlags(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		key := f.Annotations[configKey]
		if len(key) == 0 || !f.Changed {
			return
		}
		_ = c.v.BindPFlag(key[0], f)
		c.origins[key[0]] = Origin{FromFlag, "--" + f.Name}
	})
}

// check refuses values that no command could use.
func (c *Config) check() error {
	for _, s := range All() {
		value := c.Text(s.Name)
		if s.check == nil || (value == "" && s.Default == "") {
			continue
		}
		name := s.Name + " (" + c.origins[s.Name].String() + ")"
		if err := s.check(name, value); err != nil {
			return err
		}
	}
	if (c.Text("tls.certificado") == "") != (c.Text("tls.chave") == "") {
		return term.UsageError("informe os dois, ou nenhum", "tls.certificado e tls.chave só valem juntos")
	}
	return nil
}

func settingNames() []string {
	var names []string
	for _, s := range All() {
		names = append(names, s.Name)
	}
	return names
}

func choiceCheck(options []string) func(name, value string) error {
	return func(name, value string) error { return term.OneOf(name, value, options) }
}

func checkAddress(name, value string) error {
	_, port, err := net.SplitHostPort(value)
	if err != nil {
		return term.UsageError("exemplo: 127.0.0.1:5000", "endereço inválido em %s: %q", name, value)
	}
	// Port 0, which lets the system choose, is for tests and not advertised.
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return term.UsageError("exemplo: 127.0.0.1:5000", "porta inválida em %s: %q; a porta vai de 1 a 65535", name, value)
	}
	return nil
}

func checkZone(name, value string) error {
	if _, err := time.LoadLocation(value); err != nil {
		return term.UsageError("exemplo: America/Sao_Paulo", "fuso horário desconhecido em %s: %q", name, value)
	}
	return nil
}

func checkDuration(name, value string) error {
	if d, err := time.ParseDuration(value); err != nil || d < 0 {
		return term.UsageError("exemplo: 2s (0 desliga)", "duração inválida em %s: %q", name, value)
	}
	return nil
}

var fingerprint = regexp.MustCompile(`^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}$`)

func checkFingerprint(name, value string) error {
	if !fingerprint.MatchString(value) {
		return term.UsageError(
			"fixe o certificado com: monitor setup --confiar-certificado",
			"%s não é uma impressão digital SHA-256 (64 algarismos hexadecimais)",
			name,
		)
	}
	return nil
}

var auditKey = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

// auditKeys takes several keys apart: the first one signs, the others verify.
func auditKeys(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
}

// checkAuditKey does not repeat the value: it is a secret, even a wrong one.
func checkAuditKey(name, value string) error {
	keys := auditKeys(value)
	if len(keys) == 0 || slices.ContainsFunc(keys, func(k string) bool { return !auditKey.MatchString(k) }) {
		return term.UsageError(
			"são 32 bytes em hexadecimal (64 caracteres), por exemplo de: openssl rand -hex 32; de várias chaves, separadas por vírgulas, a primeira assina",
			"valor inválido em %s",
			name,
		)
	}
	return nil
}
