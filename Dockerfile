# The image holds one static binary, no shell, and runs as nobody in particular.
#
#   docker build --build-arg VERSION=v1.2.0 --tag quilt-auditor:v1.2.0 .
#   docker run --rm --read-only --tmpfs /tmp --publish 127.0.0.1:10990:10990 quilt-auditor:v1.2.0 demo
#
# BASE must bring CA certificates: distroless static does; with BASE=scratch
# mount them and set SSL_CERT_FILE. GO is what compiles.
ARG GO=docker.io/library/golang:1.26
ARG BASE=gcr.io/distroless/static-debian12:nonroot

FROM --platform=${BUILDPLATFORM} ${GO} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=devel
RUN CGO_ENABLED=0 GOOS=${TARGETOS} GOARCH=${TARGETARCH} \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/quilt-auditor ./cmd/quilt-auditor \
 && mkdir /out/state

FROM ${BASE}
ARG VERSION=devel
ARG REVISION=""
LABEL org.opencontainers.image.title="quilt-auditor" \
      org.opencontainers.image.description="Read-only auditor of the S3 buckets that Quilt uses across AWS accounts" \
      org.opencontainers.image.url="https://github.com/quilt-auditor/quilt-auditor" \
      org.opencontainers.image.source="https://github.com/quilt-auditor/quilt-auditor" \
      org.opencontainers.image.documentation="https://github.com/quilt-auditor/quilt-auditor/blob/main/docs/operations.md" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /out/quilt-auditor /quilt-auditor
# All that it writes to, beside /tmp. It is there, and the user's, so that a
# volume which is mounted over it for the first time is the user's too.
COPY --from=build --chown=65532:65532 /out/state /var/lib/quilt-auditor
VOLUME /var/lib/quilt-auditor
USER 65532:65532
EXPOSE 10990
STOPSIGNAL SIGTERM
# There is no HEALTHCHECK, because what to probe depends on the flags:
# "quilt-auditor healthcheck" is what to run for it.
ENTRYPOINT ["/quilt-auditor"]
CMD ["serve", "--config.file=/etc/quilt-auditor/quilt-auditor.yaml"]
