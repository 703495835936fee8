// Package web is the portal's front door: it chooses between the two planes (Front), and puts the pages of package
// handlers behind the middleware that every one of them needs. routes.go is the table of contents.
package web
