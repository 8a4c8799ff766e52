package engine

import (
	"os"
	"regexp"
	"strings"
)

// searchPath is a schema named in the options that PostgreSQL is started with.
var searchPath = regexp.MustCompile(`(?i)(?:-c\s*|--)search[_-]path\s*=\s*((?:\\.|"[^"]*"|[^\s])*)`)

// namedSchema is the schema that an option of the URL asks for, "" for none.
func namedSchema(p param) string {
	switch p.nome {
	case "searchpath", "currentschema", "schema", "defaultschema":
		return p.valor
	case "options":
		if m := searchPath.FindStringSubmatch(p.valor); m != nil {
			return m[1]
		}
	}
	return ""
}

// usualSchema is what PostgreSQL does anyway.
func usualSchema(path string) bool {
	path = strings.ToLower(strings.NewReplacer(" ", "", `\`, "", `"`, "", "'", "").Replace(path))
	return path == "" || path == "public" || path == "$user,public"
}

// otherSchema refuses a URL that names a schema: poolers refuse or forget what a
// connection is told, and the tables would be made in another place than is meant.
func (t *Target) otherSchema(p param) error {
	schema := namedSchema(p)
	switch {
	case t.Kind == MySQL && (schema == "" || strings.EqualFold(schema, t.Banco)):
		return nil
	case t.Kind == MySQL:
		return &URLError{"a URL do banco nomeia um banco depois da barra e outro em " + p.nome + ": deixe só o da barra"}
	case usualSchema(schema):
		return nil
	}
	return errOtherSchema
}

var errOtherSchema = &URLError{
	"a URL do banco pede um esquema (search_path, currentSchema ou schema), e o monitor não o passa adiante, porque poolers o perdem: " +
		"tire-o da URL e configure-o uma vez no servidor, com ALTER ROLE usuario IN DATABASE banco SET search_path TO esquema",
}

// schemaAround says whether the environment names a schema, as psql and psycopg2
// would honour.
func schemaAround() bool {
	m := searchPath.FindStringSubmatch(os.Getenv("PGOPTIONS"))
	return m != nil && !usualSchema(m[1])
}
