package house

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// javaScriptNames are the names that a module says by themselves or makes a key of an
// object: not those behind a dot, which are judged where they are declared, and
// nothing of texts, comments and regular expressions. What stands in ${…} of a
// template is code.
func javaScriptNames(text string) []string {
	s := jsScanner{text: []rune(text)}
	s.code(false)
	return s.names
}

// reserved are the words of the language itself, as far as the pages use them.
var reserved = strings.Fields(`async await break case catch class const continue default delete else export extends
	false finally for from function if import in instanceof let new null of return static super switch this throw true
	try typeof undefined while`)

type jsScanner struct {
	text  []rune
	at    int
	names []string
}

func (s *jsScanner) peek(n int) rune {
	if s.at+n < len(s.text) {
		return s.text[s.at+n]
	}
	return 0
}

// skip goes behind the next end, where one stands.
func (s *jsScanner) skip(end string) {
	if i := strings.Index(string(s.text[s.at:]), end); i >= 0 {
		s.at += len([]rune(string(s.text[s.at:])[:i])) + len([]rune(end))
		return
	}
	s.at = len(s.text)
}

func (s *jsScanner) word() string {
	start := s.at
	for letter(s.peek(0)) {
		s.at++
	}
	return string(s.text[start:s.at])
}

func letter(r rune) bool { return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// code reads up to the end, or up to the brace that ends a ${ when inside.
func (s *jsScanner) code(inside bool) {
	depth := 0
	before := rune(0) // the last sign that is no blank; "a" for a word, "." for one dot
	for s.at < len(s.text) {
		r := s.peek(0)
		switch {
		case unicode.IsSpace(r):
			s.at++
			continue
		case r == '/' && s.peek(1) == '/':
			s.skip("\n")
			continue
		case r == '/' && s.peek(1) == '*':
			s.skip("*/")
			continue
		case r == '/' && !strings.ContainsRune("a)]", before):
			s.until('/')
			s.word() // its flags
			before = 'a'
			continue
		case r == '\'' || r == '"':
			s.until(r)
			before = 'a'
			continue
		case r == '`':
			s.at++
			s.template()
			before = 'a'
			continue
		case letter(r):
			if word := s.word(); before != '.' && !unicode.IsDigit(r) && !slices.Contains(reserved, word) {
				s.names = append(s.names, word)
			}
			before = 'a'
			continue
		case r == '.' && s.peek(1) == '.':
			s.at += 3 // of rest and spread: a name of its own follows
			before = ','
			continue
		case r == '{':
			depth++
		case r == '}':
			if depth == 0 && inside {
				s.at++
				return
			}
			depth--
		}
		before = r
		s.at++
	}
}

// until goes behind the sign that ends the text or expression which begins here. In
// brackets of an expression that sign may stand as itself.
func (s *jsScanner) until(end rune) {
	brackets := false
	for s.at++; s.at < len(s.text); s.at++ {
		switch r := s.peek(0); {
		case r == '\\':
			s.at++
		case end == '/' && r == '[':
			brackets = true
		case end == '/' && r == ']':
			brackets = false
		case r == end && !brackets:
			s.at++
			return
		}
	}
}

func (s *jsScanner) template() {
	for s.at < len(s.text) {
		switch r := s.peek(0); {
		case r == '\\':
			s.at += 2
		case r == '`':
			s.at++
			return
		case r == '$' && s.peek(1) == '{':
			s.at += 2
			s.code(true)
		default:
			s.at++
		}
	}
}

func unknownJavaScriptWords(text string, known map[string]bool) map[string]string {
	out := map[string]string{}
	for _, name := range javaScriptNames(text) {
		for _, w := range wordsOf(strings.ReplaceAll(name, "$", "_")) {
			if !known[w] {
				out[w] = name
			}
		}
	}
	return out
}

func TestJavaScriptIsMadeOfKnownWords(t *testing.T) {
	known := knownWords(t)
	files := 0
	sources(t, ".js", func(path string) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		files++
		for word, name := range unknownJavaScriptWords(string(text), known) {
			t.Errorf("%s: %q, in %s, is in no list of words", path, word, name)
		}
	})
	require.Greater(t, files, 50)
	planted := unknownJavaScriptWords("const f = (a) => html`<p>peneira ${a / 2 + novaPeneira}</p>`", known)
	require.Equal(t, map[string]string{"peneira": "novaPeneira"}, planted, "a planted word is found")
}

func TestJavaScriptNames(t *testing.T) {
	require.Equal(
		t,
		strings.Fields("a b c k d e f"),
		javaScriptNames("const a = b.c + /[/'] x/gu.test(c) // no\n + '\\'no' + {k: `no ${d({}, `${e}`)} no`}, ...f"),
	)
}
