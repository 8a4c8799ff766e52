package tui

import "strings"

// The marks by which programs and systems are known, the telling ones first: all
// browsers claim to be others, too.
var (
	programs = []struct{ mark, name string }{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser", "Samsung"},
		{"Firefox/", "Firefox"},
		{"FxiOS", "Firefox"},
		{"CriOS", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
		{"curl/", "curl"},
		{"python-requests", "Python"},
		{"Go-http-client", "Go"},
		{"PostmanRuntime", "Postman"},
	}
	systems = []struct{ mark, name string }{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"Mac OS X", "macOS"},
		{"CrOS", "ChromeOS"},
		{"Linux", "Linux"},
	}
)

// programName is a user agent for people: "Chrome no Windows". What is not known
// stays as it came.
func programName(agent string) string {
	name, system := "", ""
	for _, p := range programs {
		if strings.Contains(agent, p.mark) {
			name = p.name
			break
		}
	}
	for _, s := range systems {
		if strings.Contains(agent, s.mark) {
			system = s.name
			break
		}
	}
	switch {
	case name == "":
		return agent
	case system == "":
		return name
	default:
		return name + " no " + system
	}
}
