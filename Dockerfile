# Both images can be pinned by digest: --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12@sha256:...
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Packages of our own: node_modules has links to them.
COPY packages ./packages
# No install scripts: nothing that is needed to build or to run has any, and none of theirs runs as root here.
RUN npm ci --ignore-scripts --no-audit
COPY scripts ./scripts
COPY shared ./shared
COPY webhook ./webhook
COPY watcher ./watcher
COPY cli ./cli
# Each program with all that it imports, and the licences of what is in it. No node_modules goes along.
RUN npm run build

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="zonewarden" \
      org.opencontainers.image.licenses="Apache-2.0"
# distroless keeps node in /nodejs/bin, other images in /usr/local/bin: the command is 'node' in all of them.
ENV NODE_ENV=production \
    PATH=/nodejs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/dist ./dist
# As a number: runAsNonRoot can't judge a name. The files belong to root, so that the process can't change them.
USER 65532:65532
ENTRYPOINT ["node"]
CMD ["dist/webhook/main.js"]
