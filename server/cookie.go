package server

import (
	"context"
	"net/http"
)

// sessionSeconds is how long the browser keeps the cookie; the session itself
// ends by the store's clock.
const sessionSeconds = 24 * 60 * 60

// cookieName is bound to this host under TLS: a neighbouring host name or a
// plain-text answer can then not set it.
func (s *Server) cookieName(https bool) string {
	if https {
		return "__Host-monitor_sessao"
	}
	return "monitor_sessao"
}

// sessionCookie carries a session's token; an empty token removes the cookie.
func (s *Server) sessionCookie(ctx context.Context, token string) http.Cookie {
	https := callFrom(ctx).https
	c := http.Cookie{
		Name: s.cookieName(https), Value: token, Path: "/", MaxAge: sessionSeconds,
		HttpOnly: true, Secure: https, SameSite: http.SameSiteStrictMode,
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}
