/** Sentinels that want to know who asks, and speak TLS: their user, password and TLS are not those of the servers. */
import test from "ava";
import { at } from "../support/entries.js";
import { makeCertificate } from "./make-certificate.js";
import { callFor, entry, openDirect, textOf } from "./open-direct.js";
import { RedisProcess, freePort } from "./redis-process.js";
import { startServer } from "./start-server.js";

const MASTER_NAME = "cache";

/** What README.md says that a user of the Sentinels needs. */
const USER = "cache on >geheim resetchannels &+switch-master +sentinel +subscribe";

test.serial("Sentinels are asked with a user or a password of their own", async (t) => {
  const master = await startServer();
  t.teardown(() => master.stop());
  const sentinel = await RedisProcess.start("redis-sentinel", {
    sentinel: `monitor ${MASTER_NAME} 127.0.0.1 ${master.port} 1`,
    requirepass: "streng",
    user: USER,
  });
  t.teardown(() => sentinel.stop());
  const access = { name: MASTER_NAME, nodes: [sentinel.address] };
  for (const right of [{ password: "streng" }, { username: "cache", password: "geheim" }]) {
    const { backend, lines, invalidations } = await openDirect(t, { sentinel: { ...access, ...right } });
    await backend.put(at("a"), entry("x"), callFor());
    t.is(await textOf(backend, at("a")), "x");
    t.deepEqual([lines, invalidations], [[], ["all"]]);
  }
  for (const wrong of [{}, { password: "falsch" }, { username: "cache", password: "falsch" }]) {
    const { backend, lines } = await openDirect(t, { sentinel: { ...access, ...wrong } });
    const error = await t.throwsAsync(backend.get(at("a"), callFor()), { code: "REDIS_DOWN" });
    t.regex(error?.message ?? "", /All sentinels are unreachable.*(?:NOAUTH|WRONGPASS)/);
    t.false(/falsch|geheim|streng/.test(`${error?.message}${error?.stack}${JSON.stringify(lines)}`));
  }
});

test.serial("Sentinels are asked over TLS, with the certificates of the servers", async (t) => {
  const { certFile, settings } = makeCertificate(t);
  const [masterPort, sentinelPort] = [await freePort(), await freePort()];
  const tls = { ...settings, "tls-replication": "yes", "tls-auth-clients": "no" };
  const master = await startServer({ "tls-port": masterPort, ...tls });
  t.teardown(() => master.stop());
  const sentinel = await RedisProcess.start("redis-sentinel", {
    sentinel: `monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 1`,
    "tls-port": sentinelPort,
    ...tls,
  });
  t.teardown(() => sentinel.stop());
  const access = { name: MASTER_NAME, nodes: [`127.0.0.1:${sentinelPort}`] };
  const { backend, lines } = await openDirect(t, {
    sentinel: { ...access, tls: true },
    tls: { caFile: certFile },
  });
  await backend.put(at("a"), entry("x"), callFor());
  t.is(await textOf(backend, at("a")), "x");
  t.deepEqual(lines, []);
  const plain = await openDirect(t, { sentinel: access, tls: { caFile: certFile } });
  await t.throwsAsync(plain.backend.get(at("a"), callFor()), { code: "REDIS_DOWN" });
  const stranger = await openDirect(t, { sentinel: { ...access, tls: true }, tls: true });
  await t.throwsAsync(stranger.backend.get(at("a"), callFor()), { code: "REDIS_DOWN" });
});
