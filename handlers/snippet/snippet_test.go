package snippet_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/faregate/faregate/handlers/snippet"
)

var order = snippet.Request{
	Method: "POST", URL: "https://portal.example.test/invoke/shop/v1/orders?dry=true",
	Header: []snippet.Field{{"Content-Type", "application/json"}, {"X-Note", `it's "new"`}},
	Body:   "{\n  \"text\": \"it's `5` $HOME \\\\ €\"\n}",
}

// What is pasted is what people read, so it stands here whole.
func TestTheSnippetsOfARequest(t *testing.T) {
	want := map[string]string{
		"curl": `curl --request POST 'https://portal.example.test/invoke/shop/v1/orders?dry=true' \
  --header "Authorization: Bearer $FAREGATE_KEY" \
  --header 'Content-Type: application/json' \
  --header 'X-Note: it'\''s "new"' \
  --data-raw '{
  "text": "it'\''s ` + "`5`" + ` $HOME \\ €"
}'`,
		"Python": `import os

import requests

answer = requests.request(
    "POST",
    "https://portal.example.test/invoke/shop/v1/orders?dry=true",
    headers={
        "Authorization": "Bearer " + os.environ["FAREGATE_KEY"],
        "Content-Type": "application/json",
        "X-Note": "it's \"new\"",
    },
    data='''{
  "text": "it\'s ` + "`5`" + ` $HOME \\\\ €"
}'''.encode(),
    timeout=60,
)
print(answer.status_code, answer.text)`,
		"JavaScript": `const answer = await fetch("https://portal.example.test/invoke/shop/v1/orders?dry=true", {
  method: "POST",
  headers: {
    "Authorization": ` + "`Bearer ${process.env.FAREGATE_KEY}`" + `,
    "Content-Type": "application/json",
    "X-Note": "it's \"new\"",
  },
  body: ` + "`{" + `
  "text": "it's ` + "\\`5\\`" + ` \$HOME \\\\ €"
}` + "`" + `,
});
console.log(answer.status, await answer.text());`,
		"Go": `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	request, err := http.NewRequest("POST", "https://portal.example.test/invoke/shop/v1/orders?dry=true", strings.NewReader("{\n  \"text\": \"it's ` + "`5`" + ` $HOME \\\\ €\"\n}"))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("FAREGATE_KEY"))
	request.Header.Add("Content-Type", "application/json")
	request.Header.Add("X-Note", "it's \"new\"")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Status, string(text))
}`,
		"PHP": `<?php
$call = curl_init('https://portal.example.test/invoke/shop/v1/orders?dry=true');
curl_setopt_array($call, [
    CURLOPT_CUSTOMREQUEST => 'POST',
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => [
        'Authorization: Bearer ' . getenv('FAREGATE_KEY'),
        'Content-Type: application/json',
        'X-Note: it\'s "new"',
    ],
    CURLOPT_POSTFIELDS => '{
  "text": "it\'s ` + "`5`" + ` $HOME \\\\ €"
}',
]);
$text = curl_exec($call);
echo curl_getinfo($call, CURLINFO_RESPONSE_CODE), ' ', $text, PHP_EOL;`,
		"Java": `import java.net.URI;
import java.net.http.*;

public class Call {
    public static void main(String[] args) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("https://portal.example.test/invoke/shop/v1/orders?dry=true"))
            .method("POST", HttpRequest.BodyPublishers.ofString("{\n  \"text\": \"it's ` + "`5`" + ` $HOME \\\\ €\"\n}"))
            .header("Authorization", "Bearer " + System.getenv("FAREGATE_KEY"))
            .header("Content-Type", "application/json")
            .header("X-Note", "it's \"new\"")
            .build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
    }
}`,
	}
	for _, code := range snippet.In(order) {
		if diff := cmp.Diff(want[code.Language], code.Text); diff != "" {
			t.Errorf("%s:\n%s", code.Language, diff)
		}
		delete(want, code.Language)
	}
	if len(want) > 0 {
		t.Errorf("there is no %v", want)
	}
}

// arguments are what a shell hands to curl.
func arguments(t *testing.T, line string) []string {
	t.Helper()
	shell := exec.CommandContext(t.Context(), "sh", "-c", `curl() { printf '%s\0' "$@"; }; `+line)
	shell.Env = []string{"FAREGATE_KEY=the-key"}
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, line)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestWhatTheShellHandsToCurl(t *testing.T) {
	const url = "https://portal.example.test/invoke/shop/v1/x"
	key := "Authorization: Bearer the-key"
	for _, row := range []struct {
		sentence string
		request  snippet.Request
		want     []string
	}{
		{"a GET is the address and the key", snippet.Request{Method: "GET", URL: url}, []string{url, "--header", key}},
		{"a HEAD asks for no body", snippet.Request{Method: "HEAD", URL: url}, []string{"--head", url, "--header", key}},
		{"a GET sends no body", snippet.Request{Method: "GET", URL: url, Body: "x"}, []string{url, "--header", key}},
		{"an address is one word", snippet.Request{Method: "GET", URL: url + "?a=1&b='$(id)`id`\"\n"}, []string{url + "?a=1&b='$(id)`id`\"\n", "--header", key}},
		{"brackets are no pattern", snippet.Request{Method: "GET", URL: url + "?a[]=1"}, []string{"--globoff", url + "?a[]=1", "--header", key}},
		{"Authorization is left to what the API wants", snippet.Request{Method: "GET", URL: url, Header: []snippet.Field{{"authorization", "Basic eA=="}}},
			[]string{url, "--header", "X-API-Key: the-key", "--header", "authorization: Basic eA=="}},
		{"an empty field is sent", snippet.Request{Method: "GET", URL: url, Header: []snippet.Field{{"X-Empty", ""}}}, []string{url, "--header", key, "--header", "X-Empty;"}},
		{"a body that begins with @ is no file", snippet.Request{Method: "POST", URL: url, Body: "@/etc/passwd"}, []string{"--request", "POST", url, "--header", key, "--data-raw", "@/etc/passwd"}},
		{"a method is one word", snippet.Request{Method: "X;id", URL: url}, []string{"--request", "X;id", url, "--header", key}},
		{"what no shell can hand on is mended", snippet.Request{Method: "PUT", URL: url, Body: "a\x00b\xff"}, []string{"--request", "PUT", url, "--header", key, "--data-raw", "a\uFFFDb\uFFFD"}},
	} {
		if diff := cmp.Diff(row.want, arguments(t, snippet.In(row.request)[0].Text)); diff != "" {
			t.Errorf("%s:\n%s", row.sentence, diff)
		}
	}
}

// literals are the values of the strings in a Go program.
func literals(t *testing.T, program string) (values []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "main.go", program, 0)
	if err != nil {
		t.Fatalf("%v\n%s", err, program)
	}
	if tidy, err := format.Source([]byte(program)); err != nil || strings.TrimSpace(string(tidy)) != program {
		t.Fatalf("gofmt would change it: %v\n%s", err, program)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			value, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	return values
}

// Whatever is in a request, it stays text: in Go by the language's own parser, in the shell by the shell's rule, and in the
// others by reading their quotes as they do.
func FuzzSnippets(f *testing.F) {
	f.Add("POST", "https://x.test/?a='", "X-A", `\`, "`${x}` ''' \\u0022 \r\n")
	f.Add("GET", "https://x.test/[a]{b}", "Authorization", "", "\\")
	f.Fuzz(func(t *testing.T, method, url, name, value, body string) {
		request := snippet.Request{Method: method, URL: url, Header: []snippet.Field{{name, value}}, Body: body}
		mend := func(text string) string { return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD") }
		sends := body != "" && method != "GET" && method != "HEAD"
		for _, code := range snippet.In(request) {
			if !utf8.ValidString(code.Text) || strings.Contains(code.Text, "\x00") {
				t.Fatalf("%s is no text: %q", code.Language, code.Text)
			}
			read := map[string]func(*testing.T, string) []string{"curl": words, "Go": literals, "Python": quoted, "JavaScript": quoted, "Java": quoted, "PHP": singles}[code.Language](t, code.Text)
			wanted := []string{mend(url)}
			if sends {
				wanted = append(wanted, mend(body))
			}
			for _, want := range wanted {
				if !slices.Contains(read, want) {
					t.Fatalf("%s: %q is not among %q\n%s", code.Language, want, read, code.Text)
				}
			}
		}
	})
}

// words splits a command line as a shell does, as far as ours use it.
func words(_ *testing.T, line string) (words []string) {
	word, in, open := "", rune(0), false
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case in == 0 && (r == '\'' || r == '"'):
			in, open = r, true
		case in != 0 && r == in:
			in = 0
		case in == 0 && r == '\\' && i+1 < len(runes):
			if i++; runes[i] != '\n' {
				word, open = word+string(runes[i]), true
			}
		case in == 0 && (r == ' ' || r == '\n'):
			if open {
				words = append(words, word)
			}
			word, open = "", false
		default:
			word, open = word+string(r), true
		}
	}
	return append(words, word)
}

// quoted reads the strings of a program in Python, JavaScript or Java.
func quoted(_ *testing.T, program string) []string {
	return unquote(program, []string{"'''", "`", `"`}, func(rest string) (string, int) {
		escapes := map[byte]string{'n': "\n", 'r': "\r", 't': "\t", 'b': "\b", 'f': "\f"}
		switch rest[0] {
		case 'x', 'u':
			digits := map[byte]int{'x': 2, 'u': 4}[rest[0]]
			n, err := strconv.ParseUint(rest[1:1+digits], 16, 32)
			if err != nil {
				return "?", 1
			}
			return string(rune(n)), 1 + digits
		}
		if text, ok := escapes[rest[0]]; ok {
			return text, 1
		}
		return rest[:1], 1
	})
}

// singles reads the strings of a program in PHP.
func singles(_ *testing.T, program string) []string {
	return unquote(program, []string{"'"}, func(rest string) (string, int) {
		if rest[0] == '\'' || rest[0] == '\\' {
			return rest[:1], 1
		}
		return `\`, 0
	})
}

// unquote reads what stands between the quotes of a program; escape reads what follows a backslash.
func unquote(program string, quotes []string, escape func(string) (string, int)) (values []string) {
	for program != "" {
		at, quote := -1, ""
		for _, q := range quotes {
			if i := strings.Index(program, q); i >= 0 && (at < 0 || i < at) {
				at, quote = i, q
			}
		}
		if at < 0 {
			return values
		}
		program = program[at+len(quote):]
		value := ""
		for program != "" && !strings.HasPrefix(program, quote) {
			if program[0] == '\\' && len(program) > 1 {
				text, n := escape(program[1:])
				value, program = value+text, program[1+n:]
				continue
			}
			value, program = value+program[:1], program[1:]
		}
		values, program = append(values, value), strings.TrimPrefix(program, quote)
	}
	return values
}
