package markdown

import (
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// anchorPrefix keeps the anchors of a text apart from those of the page around it.
const anchorPrefix = "about-"

// outsideLink is what links of providers say of where they lead: nobody vouches for it, and it learns nothing of us.
const outsideLink = "nofollow ugc noopener"

// outline arranges the elements of one text. With a top of 0 there are no headings.
type outline struct {
	top     int            // the level of the highest heading
	anchors map[string]int // how often each was given
	highest int            // the highest heading of the text as it was written
	last    int            // the level of the last heading written
}

// arrange reads HTML as a browser would and writes it balanced, with our headings, links and tables.
func (o outline) arrange(made io.Reader) (string, error) {
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(made, root)
	if err != nil {
		return "", err
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	var elements []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			elements = append(elements, n)
		}
	}
	o.highest, o.last = highest(elements), o.top-1
	for _, n := range elements {
		o.element(n)
	}
	var out strings.Builder
	for n := range root.ChildNodes() {
		if err := html.Render(&out, n); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

func highest(elements []*html.Node) int {
	least := 6
	for _, n := range elements {
		if level := headingLevel(n); level > 0 {
			least = min(least, level)
		}
	}
	return least
}

// headingLevel is 1 to 6 for a heading, and 0 for all else.
func headingLevel(n *html.Node) int {
	return 1 + slices.Index([]atom.Atom{atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6}, n.DataAtom)
}

func (o *outline) element(n *html.Node) {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		o.heading(n)
	case atom.A:
		link(n)
	case atom.Img:
		imageLink(n)
	case atom.Pre:
		n.Attr = []html.Attribute{{Key: "tabindex", Val: "0"}}
	case atom.Div:
		n.Attr = nil
	case atom.Table:
		scrolling(n)
	}
}

// heading gives a heading its level below the page's, without leaving one out, and an anchor.
func (o *outline) heading(n *html.Node) {
	if o.top == 0 {
		n.Data, n.DataAtom, n.Attr = "p", atom.P, nil
		strong := &html.Node{Type: html.ElementNode, Data: "strong", DataAtom: atom.Strong}
		for c := n.FirstChild; c != nil; c = n.FirstChild {
			n.RemoveChild(c)
			strong.AppendChild(c)
		}
		n.AppendChild(strong)
		return
	}
	o.last = min(o.top+headingLevel(n)-o.highest, o.last+1, 6)
	n.Data = "h" + strconv.Itoa(o.last)
	n.DataAtom = atom.Lookup([]byte(n.Data))
	n.Attr = nil
	if id := o.anchor(textOf(n)); id != "" {
		n.Attr = []html.Attribute{{Key: "id", Val: id}}
	}
}

// anchor is made of a heading's words, and of a number where another heading has the same.
func (o *outline) anchor(words string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(words) {
		switch {
		case b.Len() > 60:
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	id := strings.TrimSuffix(b.String(), "-")
	if id == "" {
		return ""
	}
	for o.anchors[id]++; o.anchors[id] > 1; o.anchors[id]++ {
		id += "-" + strconv.Itoa(o.anchors[id])
	}
	return anchorPrefix + id
}

var outside = regexp.MustCompile(`(?i)^(https?://[^/\\]|mailto:.)`)

// link marks a link as somebody else's. One that leads nowhere outside becomes its words: relative addresses, "http:x" among
// them, would lead into our pages.
func link(n *html.Node) {
	href := attribute(n, "href")
	if !outside.MatchString(href) {
		for c := n.FirstChild; c != nil; c = n.FirstChild {
			n.RemoveChild(c)
			n.Parent.InsertBefore(c, n)
		}
		n.Parent.RemoveChild(n)
		return
	}
	n.Attr = []html.Attribute{{Key: "href", Val: href}, {Key: "rel", Val: outsideLink}}
}

// imageLink makes a link of an image; within a link its words are enough.
func imageLink(n *html.Node) {
	src, words := attribute(n, "src"), strings.TrimSpace(attribute(n, "alt"))
	if words == "" {
		words = "Image"
	}
	text := &html.Node{Type: html.TextNode, Data: words}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.A {
			n.Parent.InsertBefore(text, n)
			n.Parent.RemoveChild(n)
			return
		}
	}
	n.Data, n.DataAtom = "a", atom.A
	n.Attr = []html.Attribute{{Key: "href", Val: src}}
	n.AppendChild(text)
	link(n)
}

// scrolling puts a table into a box that scrolls by itself, so that it cannot widen the page of a phone.
func scrolling(table *html.Node) {
	table.Attr = []html.Attribute{{Key: "class", Val: "table tight"}}
	box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div, Attr: []html.Attribute{
		{Key: "class", Val: "scroll"}, {Key: "tabindex", Val: "0"}, {Key: "role", Val: "region"}, {Key: "aria-label", Val: "Table"},
	}}
	table.Parent.InsertBefore(box, table)
	table.Parent.RemoveChild(table)
	box.AppendChild(table)
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
