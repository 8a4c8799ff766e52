// Package hostile draws what nobody means to type, for tests.
package hostile

import "pgregory.net/rapid"

// Text draws bytes that need not be UTF-8, with what people type in between.
func Text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringOf(rapid.SampledFrom([]rune("aAãÃçÇß ıIİ\u0303\u0301%_\n\x00-./()+0123456789"))),
	)
}
