package cmd

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

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"example.com/monitor/server"
	"example.com/monitor/tui"
)

// Zones must work on machines without a zone database.

// The values that some keys accept.
var (
	colourOptions = []string{"auto", "sempre", "nunca"}
	themeOptions  = []string{tui.ThemeAuto, tui.ThemeDark, tui.ThemeLight, tui.ThemeMono}
	mouseOptions  = []string{"ligado", "desligado"}
	levelOptions  = []string{"debug", "info", "aviso", "erro"}
	formatOptions = []string{"auto", "texto", "json"}
	headerOptions = []string{server.HeaderXForwardedFor, server.HeaderForwarded}
)

// defaultBanco is the one database that serve may create.
const defaultBanco = "sqlite:///data/clientes.db"

// setting is a key of the configuration: its default, the names that it has in
// the environment (first one wins) and the check of its value.
type setting struct {
	name      string
	byDefault string
	env       []string
	secret    bool
	check     func(name, value string) error
}

// settings are all keys. A key is here because a command reads it.
func settings() []setting {
	return []setting{
		{name: "banco", byDefault: defaultBanco, env: []string{"MONITOR_BANCO", "MONITOR_DATABASE_URL", "DATABASE_URL"}},
		{name: "db.ca", env: []string{"MONITOR_DB_CA"}},
		{name: "db.certificado", env: []string{"MONITOR_DB_CERTIFICADO"}, check: checkFingerprint},
		{name: "endereco", byDefault: "127.0.0.1:5000", env: []string{"MONITOR_ENDERECO"}, check: checkAddress},
		{name: "fuso", byDefault: "", env: []string{"MONITOR_FUSO"}, check: checkZone},
		{name: "cor", byDefault: "auto", env: []string{"MONITOR_COR"}, check: choiceCheck(colourOptions)},
		{name: "auditoria.chave", env: []string{"MONITOR_AUDITORIA_CHAVE"}, secret: true, check: checkAuditKey},
		{name: "tui.atualizar", byDefault: "2s", env: []string{"MONITOR_TUI_ATUALIZAR"}, check: checkDuration},
		{name: "tui.tema", byDefault: "auto", env: []string{"MONITOR_TUI_TEMA"}, check: choiceCheck(themeOptions)},
		{name: "tui.mouse", byDefault: "ligado", env: []string{"MONITOR_TUI_MOUSE"}, check: choiceCheck(mouseOptions)},
		{name: "log.nivel", byDefault: "info", env: []string{"MONITOR_LOG_NIVEL"}, check: choiceCheck(levelOptions)},
		{name: "log.formato", byDefault: "auto", env: []string{"MONITOR_LOG_FORMATO"}, check: choiceCheck(formatOptions)},
		{name: "tls.certificado", env: []string{"MONITOR_TLS_CERTIFICADO", "SSL_CERT_PATH"}},
		{name: "proxies", env: []string{"MONITOR_PROXIES"}, check: checkProxies},
		{name: "proxy.cabecalho", byDefault: server.HeaderXForwardedFor, env: []string{"MONITOR_PROXY_CABECALHO"}, check: choiceCheck(headerOptions)},
		{name: "limites.credencial", byDefault: "200", env: []string{"MONITOR_LIMITES_CREDENCIAL"}, check: checkLimit},
		{name: "limites.endereco", byDefault: "100", env: []string{"MONITOR_LIMITES_ENDERECO"}, check: checkLimit},
		{name: "tls.chave", env: []string{"MONITOR_TLS_CHAVE", "SSL_KEY_PATH"}},
	}
}

// tolerated are MONITOR_ names that belong to the program's own test suite, as does
// what begins with testEnv.
var tolerated = []string{"MONITOR_ENSAIO"}

const testEnv = "MONITOR_TEST_"

// origin says where a value came from.
type origin struct {
	kindOf string
	name   string // of the flag, variable or file
}

// The kinds of origem, as people read them.
const (
	fromFlag    = "opção"
	fromEnv     = "ambiente"
	fromDotEnv  = "arquivo .env"
	fromFile    = "arquivo"
	fromDefault = "padrão"
)

func (o origin) String() string {
	if o.name == "" {
		return o.kindOf
	}
	return o.kindOf + " " + o.name
}

// config is the configuration of one run, checked.
type config struct {
	v       *viper.Viper
	origins map[string]origin
	dotenv  map[string]string
	file    string // the configuration file that was read, or would be written
	// avisos are what should be told about the configuration, and ignoradas the
	// MONITOR_ names that are not ours.
	warnings []string
	ignored  []string
}

func (c *config) text(name string) string { return c.v.GetString(name) }

func (c *config) duration(name string) time.Duration { return c.v.GetDuration(name) }

// zone is the configured zone, else the system's, else São Paulo's where the
// system has none.
func (c *config) zone() *time.Location {
	if name := c.text("fuso"); name != "" {
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

// bindFlag makes a flag the first source of a key.
func bindFlag(fs *pflag.FlagSet, flag, key string) {
	_ = fs.SetAnnotation(flag, configKey, []string{key})
}

// config reads the configuration once per run. Its mistakes are usage errors
// that name the key and the place.
func (a *app) config(cmd *cobra.Command) (*config, error) {
	if a.loaded != nil {
		return a.loaded, nil
	}
	c := &config{v: viper.New(), origins: map[string]origin{}}
	for _, s := range settings() {
		c.v.SetDefault(s.name, s.byDefault)
		c.origins[s.name] = origin{kindOf: fromDefault}
	}
	if err := a.readConfigFile(c, cmd); err != nil {
		return nil, err
	}
	dotenv, _ := cmd.Flags().GetString("env")
	if err := a.obey(dotenv, "--env", cmd.Flags().Changed("env")); err != nil {
		return nil, err
	}
	if err := c.readDotEnv(dotenv); err != nil {
		return nil, err
	}
	if err := c.readEnviron(); err != nil {
		return nil, err
	}
	c.readFlags(cmd.Flags())
	a.learnSecrets(c)
	if err := c.check(); err != nil {
		return nil, err
	}
	a.tellPasswordInArgument(c)
	a.loaded = c
	a.tellConfig(c)
	return c, nil
}

// tellConfig says once what was left out of the configuration.
func (a *app) tellConfig(c *config) {
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
	for _, warning := range warnings {
		fmt.Fprintln(a.Err, "aviso: "+term.OneLine(warning))
	}
}

func (a *app) learnSecrets(c *config) {
	a.Secrets.LearnURL(c.text("banco"))
	for _, chave := range auditKeys(c.text("auditoria.chave")) {
		a.Secrets.Learn(chave)
	}
	a.Secrets.Learn(c.legacyKey())
}

// legacyKey is the API_KEY of the old system, "" when there is none.
func (c *config) legacyKey() string {
	if k := c.dotenv["API_KEY"]; k != "" {
		return k
	}
	return os.Getenv("API_KEY")
}

// readConfigFile reads config.yaml: the given one, else ./config.yaml, else the
// user's. Only a given one must exist. Whether it is obeyed is asked before it is read.
func (a *app) readConfigFile(c *config, cmd *cobra.Command) error {
	given, _ := cmd.Flags().GetString("config")
	path := given
	if path == "" {
		if path = findConfig(); path == "" {
			c.file = "config.yaml"
			return nil
		}
	}
	c.file = path
	if err := a.obey(path, "--config", given != ""); err != nil {
		return err
	}
	return c.readFile(path)
}

func (c *config) readFile(path string) error {
	file := viper.New()
	file.SetConfigFile(path)
	file.SetConfigType("yaml")
	if err := file.ReadInConfig(); err != nil {
		return fileError(path, err)
	}
	known := settingNames()
	for _, key := range file.AllKeys() {
		if !slices.Contains(known, key) {
			return term.UsageError(term.DidYouMean(key, "", known, "as chaves aceitas são: "+strings.Join(known, ", ")),
				"chave desconhecida em %s: %s", path, key)
		}
		c.origins[key] = origin{fromFile, path}
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

// fileError leaves the parser's own words out: they are English and quote the
// file, which may hold secrets.
func fileError(path string, err error) error {
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
func (c *config) readEnviron() error {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if err := c.checkEnvName(name, "no ambiente"); err != nil {
			return err
		}
	}
	for _, s := range settings() {
		if err := c.v.BindEnv(append([]string{s.name}, s.env...)...); err != nil {
			return fmt.Errorf("cmd: bind %s: %w", s.name, err)
		}
		if name := firstSet(s.env, os.Getenv); name != "" {
			c.origins[s.name] = origin{fromEnv, name}
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
var injected = regexp.MustCompile(`^MONITOR_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)?|NAME|ENV_\w+)$`)

// checkEnvName refuses a name that is likely one of ours misspelt; others that
// begin like ours are told once and left alone.
func (c *config) checkEnvName(name, where string) error {
	if !strings.HasPrefix(name, "MONITOR_") || slices.Contains(tolerated, name) || strings.HasPrefix(name, testEnv) {
		return nil
	}
	var known []string
	for _, s := range settings() {
		known = append(known, s.env...)
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

func (c *config) readFlags(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		key := f.Annotations[configKey]
		if len(key) == 0 || !f.Changed {
			return
		}
		_ = c.v.BindPFlag(key[0], f)
		c.origins[key[0]] = origin{fromFlag, "--" + f.Name}
	})
}

// check refuses values that no command could use.
func (c *config) check() error {
	for _, s := range settings() {
		value := c.text(s.name)
		if s.check == nil || (value == "" && s.byDefault == "") {
			continue
		}
		name := s.name + " (" + c.origins[s.name].String() + ")"
		if err := s.check(name, value); err != nil {
			return err
		}
	}
	if (c.text("tls.certificado") == "") != (c.text("tls.chave") == "") {
		return term.UsageError("informe os dois, ou nenhum", "tls.certificado e tls.chave só valem juntos")
	}
	return nil
}

func settingNames() []string {
	var names []string
	for _, s := range settings() {
		names = append(names, s.name)
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
		return term.UsageError("fixe o certificado com: monitor setup --confiar-certificado", "%s não é uma impressão digital SHA-256 (64 algarismos hexadecimais)", name)
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
		return term.UsageError("são 32 bytes em hexadecimal (64 caracteres), por exemplo de: openssl rand -hex 32; de várias chaves, separadas por vírgulas, a primeira assina", "valor inválido em %s", name)
	}
	return nil
}
