// Package openapi holds what the portal understands of an OpenAPI document, whichever of the versions 2.0 to 3.2 it is
// written in: one form that pages, search, try-it and exports read.
//
// Providers upload documents that are large, odd and sometimes hostile, so one is only ever read in a child process with
// bounded memory and time (package worker). What comes out of it are the parts declared here. They are stored one by one: a
// page that shows one operation of a thousand reads the outline and that operation, and the schemas that it shows, no more.
//
// A schema that has a name in the document is a part of its own, and wherever it is used stands only its name. That is what
// keeps recursive schemas finite and large documents small.
package openapi
