package store

import (
	"slices"
	"strconv"
)

// The channels through which work arrives; they are recorded in the audit trail.
const (
	CanalCLI = "cli"
	CanalTUI = "tui"
	CanalAPI = "api"
	CanalWeb = "web"
)

type actorKind int

const (
	kindStranger actorKind = iota
	kindLocal
	kindPerson
	kindKey
	kindDevice
	kindLegacy // a caller of the Flask system's days; see legacy_callers.go
)

// Origem says where a call came from. IP and UserAgent may be empty.
type Origem struct {
	Canal     string
	IP        string
	UserAgent string
}

// Actor is who does something. Only Local, Stranger and Store.Authenticate make
// one, so a door cannot invent a level.
type Actor struct {
	kind       actorKind
	id         int64 // of the person, key or device
	nivel      string
	nome       string
	sessaoID   int64
	proof      string // SHA-256 of the session's token: ids are handed out again
	mustChange bool
	rota       string // kindLegacy: where it was let in
	Origem
}

// Local is the operator at the machine: command line or terminal UI opened
// directly on the database. It acts as admin and is recorded as
// "local: usuario@maquina".
func Local(usuario, maquina, canal string) Actor {
	return Actor{kind: kindLocal, nivel: Admin, nome: "local: " + usuario + "@" + maquina, Origem: Origem{Canal: canal}}
}

// Stranger is a caller without a credential. It may only log in.
func Stranger(o Origem) Actor { return Actor{nome: "desconhecido", Origem: o} }

// Nivel is the actor's level of access, "" for strangers and devices.
func (a Actor) Nivel() string { return a.nivel }

// Nome names the actor for people and for the audit trail.
func (a Actor) Nome() string { return a.nome }

// Pessoa is the id of the person in clientes, or false for anybody else.
func (a Actor) Pessoa() (int64, bool) { return a.id, a.kind == kindPerson }

// Dispositivo is the id of the device that speaks, or false for anybody else.
func (a Actor) Dispositivo() (int64, bool) { return a.id, a.kind == kindDevice }

// MustChangePassword says that the person may do nothing else before choosing
// a new password.
func (a Actor) MustChangePassword() bool { return a.mustChange }

// Autenticado says that the actor is somebody.
func (a Actor) Autenticado() bool { return a.kind != kindStranger && a.kind != kindLegacy }

// is says that the actor has one of these levels.
func (a Actor) is(niveis ...string) bool {
	return slices.Contains(niveis, a.nivel)
}

// ref names the actor in side tables, where ids of people, keys and devices
// must not be mixed up.
func (a Actor) ref() string {
	switch a.kind {
	case kindPerson:
		return "pessoa:" + strconv.FormatInt(a.id, 10)
	case kindKey:
		return "chave:" + strconv.FormatInt(a.id, 10)
	case kindDevice:
		return "dispositivo:" + strconv.FormatInt(a.id, 10)
	case kindLocal, kindLegacy:
		return a.nome
	default:
		return "desconhecido"
	}
}
