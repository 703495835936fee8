# The commands of this project. `make` lists them. Nothing here is needed to run Faregate: that is `go run ./cmd/faregate demo`.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

# Tools are pinned here and live in .cache/bin. A changed pin changes this file, and so installs the tool anew.
BIN         := $(CURDIR)/.cache/bin
GOLANGCI    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.8.0

# One static binary: the SQLite driver is pure Go, so a C compiler changes nothing. Only the race detector needs one.
export CGO_ENABLED := 0
GOTESTFLAGS ?=

# The race detector watches our code and not SQLite's, which is C turned into Go: with it a database takes eight times as
# long to open. The driver itself is watched, so what two goroutines of ours do to one connection is still seen.
RACE ?=
RACEFLAGS := -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run build rootfs generate test race crash fuzz properties bench corpus check lint fmt vuln

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the demo: portal, gateway and sandbox payments on this machine, seeded
	go run ./cmd/faregate demo

build: ## build the static binary bin/faregate
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/faregate ./cmd/faregate

# What the image holds, laid out in bin/rootfs: the Dockerfile copies it, .ci/run starts the binary inside it.
CA_CERTIFICATES ?= /etc/ssl/certs/ca-certificates.crt
rootfs: build
	rm -rf bin/rootfs
	mkdir -p bin/rootfs/data bin/rootfs/etc/ssl/certs bin/rootfs/tmp
	chmod 0700 bin/rootfs/data
	chmod 1777 bin/rootfs/tmp
	cp bin/faregate bin/rootfs/faregate
	cp $(CA_CERTIFICATES) bin/rootfs/etc/ssl/certs/ca-certificates.crt

generate: ## write the *_templ.go files anew
	go tool templ generate

test: ## run every test: unit, store, gateway, whole app, browser
	@.ci/need chromium fonts $(if $(RACE),gcc)
	CGO_ENABLED=$(if $(RACE),1,0) go test $(if $(RACE),$(RACEFLAGS)) $(GOTESTFLAGS) ./...
	@echo "the gateway once more, all calls by http.Server and http.Transport"
	FAREGATE_TEST_NET_HTTP=1 CGO_ENABLED=0 go test ./gateway
ifneq ($(RACE),)
	@echo "the reading of documents once more: under the race detector a process cannot have its memory limited"
	CGO_ENABLED=0 go test ./models/openapi/worker
endif

race: ## the same under the race detector
	@$(MAKE) test RACE=1

# Each target in turn, for so many inputs: with a time, Go's coordinator now and then takes its own end for a failure
# (golang/go#75804, mended in Go 1.27). What a run finds is kept in testdata/fuzz and from then on tried by `make test` too.
FUZZTIME ?= 20000x
fuzz: ## let the fuzz targets look for what nobody thought of (FUZZTIME=20000x each)
	@set -e; for package in $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n 1 dirname | sort -u); do \
		go test -c -fuzz . -o $(CURDIR)/.cache/fuzz.test ./$$package; \
		for target in $$(grep -ho '^func Fuzz[A-Za-z0-9]*' $$package/*_test.go | cut -c 6-); do \
			echo "$$package $$target"; \
			(cd $$package && $(CURDIR)/.cache/fuzz.test -test.run '^$$' -test.fuzz "^$$target\$$" -test.fuzztime $(FUZZTIME) \
				-test.fuzzcachedir $(CURDIR)/.cache/fuzz >$(CURDIR)/.cache/fuzz.log 2>&1) || { cat .cache/fuzz.log; exit 1; }; \
		done; \
	done

PROPERTY_RUNS ?= 80
properties: ## compare the books with slow, obvious models of them many times (PROPERTY_RUNS=80)
	CGO_ENABLED=0 go test -count=1 -run 'TestTheMoneyIsRight|TestACommitOfCalls|TestUsageLinesCount' ./models/store -rapid.checks=$(PROPERTY_RUNS)

CRASH_KILLS ?= 100
crash: ## kill the program many times under load and count the money; CRASH_KILLS says how often
	CRASH_KILLS=$(CRASH_KILLS) go test -count=1 -timeout 60m -v ./e2e/crash

bench: ## measure speed and size against the baseline and nginx (half an hour); BENCH='--rows charged' for a part
	@.ci/need wrk nginx
	go run ./bench $(BENCH)

corpus: ## import the public OpenAPI documents of well-known vendors; CORPUS=-write to take down what came of them
	go run ./e2e/corpus $(CORPUS)

check: ## all that CI checks
	@.ci/run

lint: $(BIN)/golangci-lint ## go vet and golangci-lint
	go vet ./...
	$(BIN)/golangci-lint run ./...

fmt: ## format Go and templ files
	gofmt -w $$(git ls-files -co --exclude-standard -- '*.go' ':!*_templ.go')
	go tool templ fmt .

vuln: $(BIN)/govulncheck ## look for known vulnerabilities in what the binary calls
	@.ci/vuln $(BIN)/govulncheck

$(BIN)/golangci-lint: Makefile
	GOBIN=$(BIN) go install $(GOLANGCI)
	@touch $@

$(BIN)/govulncheck: Makefile
	GOBIN=$(BIN) go install $(GOVULNCHECK)
	@touch $@
