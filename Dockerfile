# Both bases can be replaced: --build-arg RUN_BASE=…
# The first one needs node (24 or later) and npm, the second one node only: no shell, no package manager.
ARG BUILD_BASE=node:24-bookworm-slim
ARG RUN_BASE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tools/build.ts tools/
COPY src src
RUN ["node", "tools/build.ts"]

FROM ${RUN_BASE}
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build /build/dist dist
# Numeric: with runAsNonRoot the kubelet refuses a user that is only a name.
USER 65532:65532
# Distroless keeps node in /nodejs/bin.
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin \
    NODE_ENV=production \
    SIDECAR_CERTS_FOLDER=/tmp/sidecar-injector
EXPOSE 9443
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["node", "/app/dist/serve.js", "--check"]
ENTRYPOINT ["node", "/app/dist/serve.js"]
