// Package page is what handlers share: who is looking (Viewer), the session that says so, the message that survives one
// redirect (Flash), the reader's own settings in cookies, and how a page is written (Render).
package page
