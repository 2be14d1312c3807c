/** A server that speaks HTTPS. */
import { credentials, status as Status } from "@grpc/grpc-js";
import test from "ava";
import type { ExecutionContext } from "ava";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";
import { pino } from "pino";

import { ConfigError } from "../../src/host/main.js";
import { startServer } from "../../src/server/main.js";
import type { RunningServer, ServerOptions } from "../../src/server/main.js";
import { runCommand } from "../cli/run-command.js";
import { temporaryFolder } from "../cli/write-config.js";
import { FakeClock } from "../support/fake-clock.js";
import { until } from "../support/until.js";
import { openClient } from "./grpc/grpc-client.js";
import { send, sendRaw } from "./send.js";

/** Made once, valid for a hundred years, for localhost and 127.0.0.1. */
const CERTIFICATES = fileURLToPath(new URL("../../../test/server/certificates/", import.meta.url));
const FIRST = readFileSync(path.join(CERTIFICATES, "first.crt"), "utf8");
const SECOND = readFileSync(path.join(CERTIFICATES, "second.crt"), "utf8");

const DAY_MS = 86_400_000;

interface Bench {
  readonly folder: string;
  readonly server: RunningServer;
  readonly lines: { level: number; msg: string }[];
}

/** A server whose certificate lies beside its configuration. */
async function openTls(
  t: ExecutionContext,
  options: Partial<ServerOptions> = {},
  section: object = {},
): Promise<Bench> {
  const folder = temporaryFolder(t);
  use(folder, "first");
  const config = path.join(folder, "stockpile.json");
  const tls = { certificate: "server.crt", key: "server.key" };
  writeFileSync(
    config,
    JSON.stringify({ storage: { plugin: "memory" }, server: { port: 0, stop: "4s", tls, ...section } }),
  );
  const lines: Bench["lines"] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(JSON.parse(line)) });
  const server = await startServer({ config, logger, ...options });
  t.teardown(() => server.close());
  return { folder, server, lines };
}

/** Puts a certificate and its key where the configuration says. */
function use(folder: string, name: "first" | "second"): void {
  copyFileSync(path.join(CERTIFICATES, `${name}.crt`), path.join(folder, "server.crt"));
  copyFileSync(path.join(CERTIFICATES, `${name}.key`), path.join(folder, "server.key"));
}

/** What a client gets who trusts `ca` alone. */
function ask(
  { address }: RunningServer,
  target: string,
  ca: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${address.url}${target}`, { ca, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

async function get(server: RunningServer, target: string, ca: string): Promise<number> {
  return (await ask(server, target, ca)).status;
}

function openSecurely(
  t: ExecutionContext,
  { address }: RunningServer,
  ALPNProtocols: string[] = [],
): TLSSocket {
  const socket = connectTls({ port: address.port, host: "127.0.0.1", ca: FIRST, ALPNProtocols });
  t.teardown(() => socket.destroy());
  socket.on("error", () => {});
  return socket;
}

test("a server with a certificate speaks HTTPS, and its address says so", async (t) => {
  const { server } = await openTls(t);
  t.regex(server.address.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  t.is(await get(server, "/livez", FIRST), 200);
  t.is(await get(server, "/nothing", FIRST), 404);
  const distrust = await t.throwsAsync<NodeJS.ErrnoException>(get(server, "/livez", SECOND));
  t.regex(String(distrust?.code), /SELF_SIGNED_CERT|UNABLE_TO_VERIFY/);
});

test("gRPC and HTTPS are served beside each other on one port", async (t) => {
  const { server } = await openTls(t);
  const named = { address: { host: "localhost", port: server.address.port } };
  const client = openClient(t, named, credentials.createSsl(Buffer.from(FIRST)));
  for (let round = 0; round < 3; round += 1) {
    const [{ message }, status] = await Promise.all([
      client.call("rpc.SystemService/GetStatus"),
      get(server, "/livez", FIRST),
    ]);
    t.is(message.Brand, "stockpile");
    t.is(status, 200);
  }
  const distrustful = openClient(t, named, credentials.createSsl(Buffer.from(SECOND)));
  await t.throwsAsync(distrustful.call("rpc.SystemService/GetStatus"), { code: Status.UNAVAILABLE });
  const plain = openClient(t, server);
  await t.throwsAsync(plain.call("rpc.SystemService/GetStatus"), { code: Status.UNAVAILABLE });
});

test("a client that offers both protocols, as browsers do, or none, is served HTTP/1.1", async (t) => {
  const { server } = await openTls(t);
  for (const offered of [["h2", "http/1.1"], ["http/1.1", "h2"], []]) {
    const socket = openSecurely(t, server, offered);
    await once(socket, "secureConnect");
    t.is(socket.alpnProtocol, offered.length === 0 ? false : "http/1.1");
    socket.write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const [chunk] = (await once(socket, "data")) as [Buffer];
    t.regex(chunk.toString("latin1"), /^HTTP\/1\.1 200 OK\r\n/);
  }
});

test("a client that does not shake hands, or says nothing after it, is cut off in time", async (t) => {
  const { server } = await openTls(t, {}, { requestTimeout: "2s" });
  const mute = connect(server.address.port, "127.0.0.1");
  t.teardown(() => mute.destroy());
  const secure = [["http/1.1"], ["h2"], ["h2"]].map((offered) => openSecurely(t, server, offered));
  const ends = [mute, ...secure].map((socket) => {
    socket.on("error", () => {});
    return new Promise((resolve) => socket.resume().once("close", resolve));
  });
  secure.at(-1)?.once("secureConnect", () => secure.at(-1)?.write("PRI * HTTP/2.0\r\n"));
  await Promise.all(ends);
  t.is(await get(server, "/livez", FIRST), 200);
});

test("another certificate holds as soon as the configuration is read again", async (t) => {
  const { server, folder, lines } = await openTls(t);
  use(folder, "second");
  for (const suffix of ["crt", "key"])
    renameSync(path.join(folder, `server.${suffix}`), path.join(folder, `renewed.${suffix}`));
  const section = { port: 0, stop: "4s", tls: { certificate: "renewed.crt", key: "renewed.key" } };
  writeFileSync(
    path.join(folder, "stockpile.json"),
    JSON.stringify({ storage: { plugin: "memory" }, server: section }),
  );
  await server.reconfigure();
  t.deepEqual(server.config.tls, section.tls);
  const { text } = await ask(server, "/api/config", SECOND);
  t.deepEqual(JSON.parse(text).server.tls, section.tls);
  t.is(await get(server, "/livez", SECOND), 200);
  await t.throwsAsync(get(server, "/livez", FIRST));
  t.deepEqual(
    lines.filter(({ level, msg }) => level > 30 && /certificate|settings/i.test(msg)),
    [],
  );
});

test("where a renewed certificate is not taken the former one is shown, as the log says", async (t) => {
  const { server, folder, lines } = await openTls(t);
  use(folder, "second");
  // OpenSSL passes over what is no certificate of this label after the first one.
  const unreadable = "-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----\n";
  writeFileSync(path.join(folder, "server.crt"), SECOND + unreadable);
  await server.reconfigure();
  t.true(lines.some(({ level, msg }) => level === 50 && msg.includes("the former one goes on")));
  t.is(await get(server, "/livez", FIRST), 200);
});

test("the certificate that was checked is shown, whatever becomes of its file before the server listens", async (t) => {
  const folder = temporaryFolder(t);
  use(folder, "first");
  const config = path.join(folder, "stockpile.json");
  const remove = 'import { rmSync } from "node:fs"; rmSync(new URL("./server.crt", import.meta.url));';
  writeFileSync(path.join(folder, "remover.mjs"), remove);
  const plugins = { remover: { module: "./remover.mjs" } };
  const tls = { certificate: "server.crt", key: "server.key" };
  writeFileSync(config, JSON.stringify({ plugins, storage: { plugin: "memory" }, server: { port: 0, tls } }));
  const server = await startServer({ config });
  t.teardown(() => server.close());
  await until("the file is gone", () => !existsSync(path.join(folder, "server.crt")));
  t.is(await get(server, "/livez", FIRST), 200);
  await t.throwsAsync(server.reconfigure(), { instanceOf: ConfigError, message: /ENOENT/ });
  t.is(await get(server, "/livez", FIRST), 200, "the former one goes on");
});

test("a configuration whose certificate cannot be used is refused, and the former one goes on", async (t) => {
  const { server, folder } = await openTls(t);
  copyFileSync(path.join(CERTIFICATES, "second.crt"), path.join(folder, "server.crt"));
  await t.throwsAsync(server.reconfigure(), {
    instanceOf: ConfigError,
    message: /server\.tls: a certificate and its key were expected/,
  });
  t.is(await get(server, "/livez", FIRST), 200);
});

test("files that cannot be used are mistakes of the configuration, found before any plugin is started", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, "text"), "no PEM");
  writeFileSync(path.join(folder, "started.mjs"), 'console.log("IMPORTED"); process.exit(3);');
  const both = "a certificate and its key were expected, as PEM: ";
  for (const [certificate, key, mistake] of [
    ["absent.crt", path.join(CERTIFICATES, "first.key"), "tls.certificate: cannot be read: ENOENT"],
    [path.join(CERTIFICATES, "first.crt"), "absent.key", "tls.key: cannot be read: ENOENT"],
    [path.join(CERTIFICATES, "first.crt"), path.join(CERTIFICATES, "second.key"), `tls: ${both}`],
    ["text", path.join(CERTIFICATES, "first.key"), `tls: ${both}`],
  ] as const) {
    const config = path.join(folder, "stockpile.json");
    const plugins = { started: { module: "./started.mjs", startup: "required" } };
    const server = { port: 0, tls: { certificate, key } };
    writeFileSync(config, JSON.stringify({ plugins, storage: { plugin: "started" }, server }));
    const error = await t.throwsAsync(startServer({ config }), { instanceOf: ConfigError });
    t.true(error?.message.includes(`\n  server.${mistake}`), error?.message);
  }
});

test("a server warns at its start of a certificate that is about to expire", async (t) => {
  const isWarning = ({ level, msg }: Bench["lines"][number]): boolean =>
    level === 40 && msg.includes("has expired or is about to");
  const validTo = Date.parse(new X509Certificate(FIRST).validTo);
  const { lines } = await openTls(t, { clock: new FakeClock(validTo - DAY_MS) });
  t.is(lines.filter(isWarning).length, 1);
  t.false((await openTls(t)).lines.some(isWarning));
});

test("a server that cannot start, for what is no matter of TLS, leaves no timer behind", async (t) => {
  const clock = new FakeClock();
  const [certificate, key] = ["first.crt", "first.key"].map((name) => path.join(CERTIFICATES, name));
  const config = {
    storage: { plugin: "memory" },
    server: { port: 0, tls: { certificate, key } },
    mojang: {},
    categories: { "mojang.name": { refreshAhead: "2d" } },
  };
  await t.throwsAsync(startServer({ config, clock }), { instanceOf: ConfigError, message: /refreshAhead/ });
  t.is(clock.pending, 0);
});

test("/metrics tells when the certificate ends", async (t) => {
  const { server } = await openTls(t);
  const seconds = Date.parse(new X509Certificate(FIRST).validTo) / 1000;
  const { text: metrics } = await ask(server, "/metrics", FIRST);
  t.true(metrics.includes(`\nstockpile_tls_certificate_expiry_timestamp_seconds ${seconds}\n`));
});

test("a client that speaks no TLS is cut off, and the others are served", async (t) => {
  const { server } = await openTls(t);
  const plain = `http://127.0.0.1:${server.address.port}`;
  t.is(await sendRaw(plain, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
  await t.throwsAsync(send(plain, "/livez"));
  t.is(await get(server, "/livez", FIRST), 200);
});

test("close() does not wait for clients that are silent, before or after their handshake", async (t) => {
  const { server } = await openTls(t, {}, { stop: "10s" });
  const { port } = server.address;
  const raw = connect(port, "127.0.0.1");
  const [secure, secureH2] = [openSecurely(t, server), openSecurely(t, server, ["h2"])];
  const ends = [raw, secure, secureH2].map((socket) => {
    t.teardown(() => socket.destroy());
    socket.on("error", () => {});
    return new Promise((resolve) => socket.resume().once("close", resolve));
  });
  await Promise.all([secure, secureH2].map((socket) => once(socket, "secureConnect")));
  const startedAt = performance.now();
  await server.close();
  await Promise.all(ends);
  t.true(performance.now() - startedAt < 4_900, "half of the stop limit is for requests under way");
});

test("the command line asks a server that speaks HTTPS", async (t) => {
  const { server } = await openTls(t);
  const env = { NODE_EXTRA_CA_CERTS: path.join(CERTIFICATES, "first.crt") };
  const { code, stdout } = await runCommand(["status", "--server", server.address.url], { env });
  t.is(code, 0);
  t.regex(stdout, / at https:\S+ is ok/);
});
