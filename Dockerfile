# The command line and the server, with what they need and nothing else. `docker build -t integrations .`

FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY . .
RUN ["npm", "run", "build"]
# What is left is what is native: SQLite. No keychain answers in a container.
RUN ["npm", "prune", "--omit=dev", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
RUN ["npm", "rebuild", "better-sqlite3"]

FROM node:22-slim
ENV NODE_ENV=production INTEGRATIONS_DATA_DIR=/data INTEGRATIONS_CONFIG_DIR=/data/config
RUN ["install", "-d", "-m", "0700", "-o", "node", "-g", "node", "/data"]
COPY --from=build /build/package.json /app/
COPY --from=build /build/bin/integrations.cjs /app/bin/
COPY --from=build /build/dist /app/dist
COPY --from=build /build/node_modules /app/node_modules
USER node
WORKDIR /data
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/integrations.cjs"]
# A container is reached through something that speaks https before it, and needs a key: INTEGRATIONS_KEYRING_FILE on a secret.
CMD ["serve", "--listen", "0.0.0.0:8787", "--behind-proxy"]
