import test from "ava";

import * as defaults from "../../src/server/server-config.js";
import { serverConfigSchema } from "../../src/server/server-config.js";

const DEFAULTS = {
  host: defaults.DEFAULT_HOST,
  port: defaults.DEFAULT_PORT,
  maxBodyBytes: defaults.DEFAULT_MAX_BODY_BYTES,
  maxCategories: defaults.DEFAULT_MAX_CATEGORIES,
  maxConnections: defaults.DEFAULT_MAX_CONNECTIONS,
  maxEventListeners: defaults.DEFAULT_MAX_EVENT_LISTENERS,
  requestTimeout: defaults.DEFAULT_REQUEST_TIMEOUT_MS,
  keepAliveTimeout: defaults.DEFAULT_KEEP_ALIVE_TIMEOUT_MS,
  stop: defaults.DEFAULT_STOP_MS,
  openWrites: false,
  cors: [],
  ui: true,
};

test("serverConfigSchema fills every default in, of an empty section and of none", (t) => {
  t.deepEqual(serverConfigSchema.parse({}), DEFAULTS);
  t.deepEqual(serverConfigSchema.parse(undefined), DEFAULTS);
});

test("listeners of both kinds leave connections for requests, unless told otherwise", (t) => {
  const { maxConnections, maxEventListeners } = serverConfigSchema.parse({});
  t.true(maxConnections >= 2 * maxEventListeners + 256);
});

test("serverConfigSchema gives durations in milliseconds, and takes what it has given", (t) => {
  const config = serverConfigSchema.parse({ stop: "1m", requestTimeout: 1500 });
  t.deepEqual(config, { ...DEFAULTS, stop: 60_000, requestTimeout: 1500 });
  t.deepEqual(serverConfigSchema.parse(config), config);
});

test("serverConfigSchema has the names of hosts in lower case, and tells none from an empty list", (t) => {
  const config = serverConfigSchema.parse({ hosts: ["Cache.Example.org", "stockpile"] });
  t.deepEqual(config.hosts, ["cache.example.org", "stockpile"]);
  t.deepEqual(serverConfigSchema.parse(config), config);
  t.deepEqual(serverConfigSchema.parse({ hosts: [] }).hosts, []);
});

for (const [name, section] of Object.entries({
  "a key it does not know": { prot: 80 },
  "a port that is none": { port: 65_536 },
  "a port that is text": { port: "80" },
  "an empty host": { host: "" },
  "a host outside of a list": { hosts: "cache.example.org" },
  "a host with a port": { hosts: ["cache.example.org:80"] },
  "a host with a scheme": { hosts: ["https://cache.example.org"] },
  "any host": { hosts: ["*"] },
  "a host with a dot at its end": { hosts: ["cache.example.org."] },
  "an empty name of a host": { hosts: [""] },
  "a limit of 0": { maxBodyBytes: 0 },
  "a broken limit": { maxConnections: 1.5 },
  "a timeout of 0": { stop: 0 },
  "a timeout over a day": { requestTimeout: "2d" },
  "a timeout that is no duration": { keepAliveTimeout: "soon" },
  "a token that can be guessed": { token: "0123456789abcde" },
  "a token that no header takes": { token: "0123456789 abcdef" },
  "an empty token": { token: "" },
  "openWrites that is no boolean": { openWrites: "yes" },
  "an origin outside of a list": { cors: "https://panel.example.org" },
  "any origin": { cors: ["*"] },
  "an origin with a path": { cors: ["https://panel.example.org/"] },
  "a certificate without its key": { tls: { certificate: "server.crt" } },
  "something that is no object": [],
})) {
  test(`serverConfigSchema refuses ${name}`, (t) => {
    t.false(serverConfigSchema.safeParse(section).success);
  });
}
