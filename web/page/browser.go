package page

import "strings"

// token is a word that a browser's User-Agent says, and what people call that browser or system.
type token struct{ says, name string }

// browsers and systems are looked for in this order: most browsers also say the names of those that they are made from, and
// phones that of the system below theirs.
var (
	browsers = []token{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = []token{
		{"iPhone", "an iPhone"}, {"iPad", "an iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"},
		{"Macintosh", "a Mac"}, {"Linux", "Linux"},
	}
)

// browserIn is what a User-Agent says in words: "Firefox on Linux", or "a browser" where it says nothing that we know. It is
// for people to recognise their own by; anybody can send any.
func browserIn(userAgent string) string {
	browser, system := first(browsers, userAgent), first(systems, userAgent)
	if browser == "" {
		browser = "a browser"
	}
	if system == "" {
		return browser
	}
	return browser + " on " + system
}

func first(tokens []token, userAgent string) string {
	for _, t := range tokens {
		if strings.Contains(userAgent, t.says) {
			return t.name
		}
	}
	return ""
}
