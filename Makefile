.PHONY: help demo test lint update build

help: ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

demo: ## run the service over the bundled sample estate
	go run ./cmd/quilt-auditor demo

test: ## pass all tests, installing what they need
	.ci/test

lint: ## run the linters (golangci-lint v2, gofumpt)
	gofumpt -l . && golangci-lint run --build-tags moto,prometheus,simulate,formats,browser,deploy ./... ./testdata

update: ## rewrite golden files and generated pages; read the difference
	go test ./checks/... ./exporters/... ./testdata -update
	go test ./cmd/quilt-auditor -run 'Permissions|Page' -update
	go generate ./deploy/grafana
	go test ./deploy -update

build: ## build a static binary
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o quilt-auditor ./cmd/quilt-auditor
