package server

import (
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.com/monitor/store"
)

// shown is the credential that a request carries. Where there is a header or key,
// even an empty one, the cookie is not looked at.
type shown struct {
	store.Credencial
	cookie bool
}

func (c shown) empty() bool { return c.Bearer == "" && c.Chave == "" }

func (s *Server) credential(r *http.Request) shown {
	token, isBearer := bearer(r.Header.Get("Authorization"))
	header, query := r.Header.Get("X-API-Key"), r.URL.Query().Get("api_key")
	switch {
	case says(token):
		return shown{Credencial: store.Credencial{Bearer: token}}
	case says(header):
		return shown{Credencial: store.Credencial{Chave: header}}
	case says(query):
		return shown{Credencial: store.Credencial{Chave: query}}
	case isBearer || header != "" || query != "":
		return shown{}
	}
	if c, err := r.Cookie(s.cookieName(callFrom(r.Context()).https)); err == nil && c.Value != "" {
		return shown{Credencial: store.Credencial{Bearer: c.Value}, cookie: true}
	}
	return shown{}
}

func bearer(header string) (token string, is bool) {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

// nothings are what programs that have no token write where it belongs.
var nothings = []string{"", "null", "undefined", "none", "nil"}

// says that a text is meant as a credential.
func says(credential string) bool {
	return !slices.Contains(nothings, strings.ToLower(strings.Trim(credential, "\"'` \t")))
}

// origin says where a request comes from.
func origin(r *http.Request, from netip.Addr) store.Origem {
	o := store.Origem{Canal: store.CanalAPI, UserAgent: r.UserAgent()}
	if from.IsValid() {
		o.IP = from.String()
	}
	return o
}

// authenticate finds out who calls and lets the route's row decide.
func (s *Server) authenticate(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	row := rowOf(ctx.Operation())
	if err := s.admit(r, row); err != nil {
		s.answerError(w, r, err)
		return
	}
	next(ctx)
}

func (s *Server) admit(r *http.Request, row route) error {
	c := callFrom(r.Context())
	given := s.credential(r)
	if !row.is(sessionOnly) || !given.empty() { // asking whether there is a session is no try to get in
		c.rota = row.method + " " + row.path
	}
	if err := s.arrive(c, given); err != nil {
		return err
	}
	if given.cookie || row.is(webOnly) {
		c.origem.Canal = store.CanalWeb
		c.actor = store.Stranger(c.origem)
		if err := s.sameOrigin(r); err != nil {
			return err
		}
	}
	if row.is(anonymous) {
		return nil
	}
	ctx, cancel := c.deadline(r.Context())
	defer cancel()
	actor, err := s.cfg.Store.Authenticate(ctx, given.Credencial, c.origem)
	if old, ok := s.oldCaller(r, row, given, err); ok && !actor.Autenticado() {
		c.actor = old
		return nil
	}
	switch {
	case err == nil:
		c.actor, c.sender = actor, senderOf(given, actor)
		s.counted(given, actor)
	case row.is(lenient) && errors.Is(err, store.ErrForbidden): // a device that was deactivated
	case !errors.Is(err, store.ErrUnauthenticated):
		return err
	case !row.is(lenient):
		return unauthenticated(row, given, err)
	}
	return guard(row, c.actor, given)
}

// senderOf is one for all sessions of a person.
func senderOf(given shown, a store.Actor) string {
	if id, person := a.Pessoa(); person {
		return "pessoa " + strconv.FormatInt(id, 10)
	}
	if given.empty() {
		return ""
	}
	return credentialKey(given)
}

// routes names the routes of the change-over for the store.
var routes = map[string]string{
	api + "/dispositivos/registrar":      store.RotaRegistrar,
	api + "/dispositivos/{id}/heartbeat": store.RotaHeartbeat,
	api + "/conexoes/registrar":          store.RotaConexoes,
}

// oldCaller recognises a caller of the Flask system's days: it shows nothing, or
// the key that everybody used there. What looks like a credential of ours and is
// none any more is no old caller.
func (s *Server) oldCaller(r *http.Request, row route, given shown, err error) (store.Actor, bool) {
	if s.cfg.LegacyUntil.IsZero() || !row.is(transition) || given.Bearer != "" || store.ParecidaComChave(given.Chave) || s.madeByAPage(r) {
		return store.Actor{}, false
	}
	if err != nil && !errors.Is(err, store.ErrUnauthenticated) {
		return store.Actor{}, false
	}
	old, err := s.cfg.Store.Antigo(callFrom(r.Context()).origem, routes[row.path], s.cfg.LegacyUntil)
	return old, err == nil
}

// sameOrigin refuses what another site may have made a browser send. The
// protection of net/http lets requests without any of its headers pass; no
// browser sends such an unsafe request, so here they are refused too.
func (s *Server) sameOrigin(r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		return errOrigin
	}
	if s.origin.Check(r) != nil {
		return errOrigin
	}
	return nil
}

// guard is the coarse part of the roles: whole routes. The store decides about records.
func guard(row route, a store.Actor, given shown) error {
	if row.grants.of(a) == no {
		if !a.Autenticado() {
			return unauthenticated(row, given, store.ErrUnauthenticated)
		}
		return store.ErrForbidden
	}
	if a.MustChangePassword() && !row.is(beforePassword) {
		return errMustChange
	}
	return nil
}

// of finds the caller's column. A level that nobody knows gets the least that a
// person has.
func (g grants) of(a store.Actor) grant {
	if !a.Autenticado() {
		return g.nobody
	}
	if _, ok := a.Dispositivo(); ok {
		return g.dispositivo
	}
	switch a.Nivel() {
	case store.Admin:
		return g.admin
	case store.Moderador:
		return g.moderador
	case store.Leitura:
		return g.leitura
	case store.Agente:
		return g.agente
	default:
		return g.usuario
	}
}
