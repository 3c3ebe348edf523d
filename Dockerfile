# The image holds one static binary that runs as nobody in particular. The
# base must bring CA certificates: distroless static does; with BASE=scratch
# mount them and set SSL_CERT_FILE.
ARG BASE=gcr.io/distroless/static-debian12:nonroot

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /quilt-auditor ./cmd/quilt-auditor

FROM ${BASE}
COPY --from=build /quilt-auditor /quilt-auditor
USER 65532:65532
ENTRYPOINT ["/quilt-auditor"]
