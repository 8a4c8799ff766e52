package fault

import "strings"

// Conflict says that a record is no longer what the caller saw.
func Conflict(what string) error {
	return Rule(
		ErrConflict,
		"conflito",
		what+" por outra pessoa depois que você "+article(what)+" abriu: confira as duas versões e salve de novo",
	)
}

// article is "a" for "A mensagem …".
func article(what string) string { return strings.ToLower(what[:1]) }
