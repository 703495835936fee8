package page

import "testing"

func TestBrowsersInWords(t *testing.T) {
	const apple = " (KHTML, like Gecko) "
	for userAgent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0":                                                          "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36" + apple + "Chrome/142.0.0.0 Safari/537.36":                         "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36" + apple + "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36" + apple + "Chrome/142.0.0.0 Safari/537.36 OPR/120.0.0.0":           "Opera on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15" + apple + "Version/19.0 Safari/605.1.15":                   "Safari on a Mac",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15" + apple + "Version/19.0 Mobile/15E148 Safari/604.1": "Safari on an iPhone",
		"Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) AppleWebKit/605.1.15" + apple + "CriOS/142.0.0.0 Mobile/15E148 Safari/604.1":       "Chrome on an iPad",
		"Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36" + apple + "Chrome/142.0.0.0 Mobile Safari/537.36":                   "Chrome on Android",
		"Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36" + apple + "SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36":        "Samsung Internet on Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36" + apple + "Chrome/142.0.0.0 Safari/537.36":                          "Chrome on ChromeOS",
		"Go-http-client/1.1":          "a browser",
		"":                            "a browser",
		"something on Linux <script>": "a browser on Linux",
	} {
		if got := browserIn(userAgent); got != want {
			t.Errorf("%q is called %q, want %q", userAgent, got, want)
		}
	}
}
