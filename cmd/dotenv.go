package cmd

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/joho/godotenv"
	"github.com/spf13/viper"
)

// bareDollar is a $ that Python's reader of .env files leaves alone: only
// ${NAME} is a reference there, while godotenv also takes $NAME.
var bareDollar = regexp.MustCompile(`\$([^{]|$)`)

const dollarMark = "\ue000"

// readDotEnv reads the .env of the old system without exporting anything.
// Names of other programs are left alone.
func (c *config) readDotEnv(path string) error {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return usageError("confira as permissões do arquivo", "não foi possível ler %s", path)
	}
	if c.dotenv, err = parseDotEnv(string(b)); err != nil {
		return usageError("confira as aspas e se toda linha tem a forma NOME=valor", "o arquivo %s está mal escrito", path)
	}
	for name := range c.dotenv {
		if err := checkEnvName(name, "em "+path); err != nil {
			return err
		}
	}
	return c.mergeDotEnv()
}

func parseDotEnv(text string) (map[string]string, error) {
	// Twice: neighbours share a character and are not both found at once.
	for range 2 {
		text = bareDollar.ReplaceAllString(text, dollarMark+"$1")
	}
	values, err := godotenv.Unmarshal(text)
	if err != nil {
		return nil, err
	}
	for k, v := range values {
		values[k] = strings.ReplaceAll(v, dollarMark, "$")
	}
	return values, nil
}

func (c *config) mergeDotEnv() error {
	layer := viper.New()
	for _, s := range settings() {
		name := firstSet(s.env, func(n string) string { return c.dotenv[n] })
		if name == "" {
			continue
		}
		layer.Set(s.nome, c.dotenv[name])
		c.origens[s.nome] = origem{origemDotEnv, name}
	}
	return c.v.MergeConfigMap(layer.AllSettings())
}
