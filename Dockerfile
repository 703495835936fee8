# Builds an image that holds one static binary, the certificates it trusts, and nothing else: no shell, no root.
#   docker build --build-arg VERSION=$(git describe --tags --always) -t faregate .
#   docker run -p 8402:8402 -v faregate:/data -e FAREGATE_PUBLIC_URL=https://portal.example.com faregate
# .ci/image carries out the RUN lines below without docker; keep each on one line.

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN make rootfs VERSION="$VERSION"

FROM scratch
COPY --from=build /src/bin/rootfs/faregate /faregate
COPY --from=build /src/bin/rootfs/etc/ /etc/
COPY --from=build --chown=65532:65532 /src/bin/rootfs/tmp/ /tmp/
COPY --from=build --chown=65532:65532 /src/bin/rootfs/data/ /data/
USER 65532:65532
ENV FAREGATE_DATA=/data FAREGATE_ADDR=0.0.0.0:8402
VOLUME /data
EXPOSE 8402
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/faregate", "healthcheck"]
ENTRYPOINT ["/faregate"]
CMD ["serve"]
