package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"example.com/monitor/store"
)

type loginInput struct{ Body loginBody }

type loginBody struct {
	Email     field[string] `json:"email,omitzero" example:"joao@empresa.com"`
	Senha     field[string] `json:"senha,omitzero" example:"uma-senha-longa"`
	Ignorados ignored       `json:"-"`
}

type loginAnswer struct{ Body sessaoBody }

type sessaoBody struct {
	Success   bool          `json:"success" example:"true"`
	Message   string        `json:"message" example:"Login realizado com sucesso"`
	Token     string        `json:"token" doc:"Vale 24 horas; envie em Authorization: Bearer"`
	Cliente   store.Cliente `json:"cliente"`
	Ignorados ignored       `json:"ignorados,omitempty" doc:"Campos enviados que não contam"`
}

func (s *Server) login(ctx context.Context, in *loginInput) (*loginAnswer, error) {
	token, c, err := s.openSession(ctx, &in.Body)
	if err != nil {
		return nil, err
	}
	return &loginAnswer{sessaoBody{true, loginDone, token, c, in.Body.Ignorados}}, nil
}

const (
	loginDone  = "Login realizado com sucesso"
	logoutDone = "Logout realizado"
)

// openSession is the same for the API and the web. The store takes equal time
// for every wrong answer.
func (s *Server) openSession(ctx context.Context, who *loginBody) (string, store.Cliente, error) {
	return s.as(ctx).Sessoes.Login(ctx, who.Email.value, who.Senha.value)
}

// logout ends the session of the Bearer token or, as old clients send it, of the
// token in the body. It answers 200 whatever the token was worth.
func (s *Server) logout(ctx context.Context, _ *struct{}) (*doneAnswer, error) {
	c := callFrom(ctx)
	if _, person := c.actor.Pessoa(); !person {
		actor, err := s.bodyToken(ctx, c)
		switch {
		case errors.Is(err, store.ErrUnauthenticated):
			return done(logoutDone), nil
		case err != nil:
			return nil, err
		}
		c.actor = actor
	}
	if err := s.as(ctx).Sessoes.Logout(ctx); err != nil && !errors.Is(err, store.ErrUnauthenticated) {
		return nil, err
	}
	return done(logoutDone), nil
}

func (s *Server) bodyToken(ctx context.Context, c *call) (store.Actor, error) {
	var body struct {
		Token string `json:"token"`
	}
	_ = json.Unmarshal(c.body, &body) // what is no JSON holds no token
	if body.Token == "" {
		return c.actor, nil
	}
	return s.cfg.Store.Authenticate(ctx, store.Credencial{Bearer: body.Token}, c.origem)
}

type validarAnswer struct{ Body validarBody }

type validarBody struct {
	Success     bool          `json:"success" example:"true"`
	Valido      bool          `json:"valido" example:"true"`
	Cliente     store.Cliente `json:"cliente"`
	TrocarSenha bool          `json:"trocar_senha" doc:"true: a senha precisa ser trocada antes de qualquer outra coisa"`
}

func (s *Server) validar(ctx context.Context, _ *struct{}) (*validarAnswer, error) {
	c, err := s.as(ctx).Sessoes.Me(ctx)
	if errors.Is(err, store.ErrUnauthenticated) {
		return nil, errSession
	}
	if err != nil {
		return nil, err
	}
	return &validarAnswer{validarBody{true, true, c, callFrom(ctx).actor.MustChangePassword()}}, nil
}

type senhaInput struct{ Body senhaBody }

type senhaBody struct {
	Atual field[string] `json:"senha_atual" doc:"A senha de agora"`
	Nova  field[string] `json:"senha_nova" doc:"8 caracteres ou mais; 12 para moderadores e administradores"`
}

// changeSenha changes the caller's own password. The caller's session goes on, all
// others of that person end.
func (s *Server) changeSenha(ctx context.Context, in *senhaInput) (*doneAnswer, error) {
	id, person := callFrom(ctx).actor.Pessoa()
	if !person {
		return nil, errNoPassword
	}
	if err := s.as(ctx).Clientes.SetSenha(ctx, id, in.Body.Atual.value, in.Body.Nova.value); err != nil {
		return nil, err
	}
	return done("Senha alterada com sucesso"), nil
}

type entrarAnswer struct {
	SetCookie http.Cookie `header:"Set-Cookie" hidden:"true"`
	Body      entrarBody
}

type entrarBody struct {
	Success   bool          `json:"success" example:"true"`
	Message   string        `json:"message" example:"Login realizado com sucesso"`
	Cliente   store.Cliente `json:"cliente"`
	Ignorados ignored       `json:"ignorados,omitempty" doc:"Campos enviados que não contam"`
}

// entrar is login for the pages: the token travels in a cookie that scripts cannot read.
func (s *Server) entrar(ctx context.Context, in *loginInput) (*entrarAnswer, error) {
	token, c, err := s.openSession(ctx, &in.Body)
	if err != nil {
		return nil, err
	}
	return &entrarAnswer{s.sessionCookie(ctx, token), entrarBody{true, loginDone, c, in.Body.Ignorados}}, nil
}

type sairAnswer struct {
	SetCookie http.Cookie `header:"Set-Cookie" hidden:"true"`
	Body      doneBody
}

func (s *Server) sair(ctx context.Context, in *struct{}) (*sairAnswer, error) {
	if _, err := s.logout(ctx, in); err != nil {
		return nil, err
	}
	return &sairAnswer{s.sessionCookie(ctx, ""), doneBody{Success: true, Message: logoutDone}}, nil
}
