/** What is particular to this backend, on a real server; the contract is in conformance.test.ts. */
import { join } from "node:path";
import test from "ava";
import { until } from "../../support/until.js";
import { at } from "../support/entries.js";
import { makeCertificate } from "./make-certificate.js";
import { callFor, entry, openDirect, scanAll, textOf } from "./open-direct.js";
import { freePort } from "./redis-process.js";
import type { RedisProcess } from "./redis-process.js";
import { startServer } from "./start-server.js";

let server: RedisProcess;

test.before(async () => {
  server = await startServer({
    user: [
      "default on nopass ~* &* +@all",
      // What README.md says a user needs.
      "cache on >geheim ~stockpile::* resetchannels &__redis__:invalidate +get +mget +set +unlink +scan +ping +info +client|id +client|setname +client|info +client|kill +client|tracking +subscribe",
      "deaf on >geheim ~stockpile::* resetchannels +get +mget +set +unlink +scan +ping +info +client|id",
    ],
  });
});

test.after.always(() => server?.stop());

/** How often the server was asked to do each command so far. */
async function commandCounts(): Promise<Map<string, number>> {
  const info = String(await server.command("info", "commandstats"));
  return new Map(
    [...info.matchAll(/cmdstat_(?<name>\S+?):calls=(?<calls>\d+)/g)].map(({ groups = {} }) => [
      String(groups["name"]),
      Number(groups["calls"]),
    ]),
  );
}

/** How often each command was done meanwhile, without those of this test's own client. */
async function commandsOf(action: () => Promise<unknown>): Promise<Map<string, number>> {
  await server.command("config", "resetstat");
  await action();
  const counts = await commandCounts();
  return new Map([...counts].filter(([name]) => !/^(?:config|info|hello|client|ping|auth)/.test(name)));
}

test.serial("gets of one turn travel as few commands, and each gets its own answer", async (t) => {
  const { backend } = await openDirect(t, { url: server.url, prefix: "turn" });
  const keys = Array.from({ length: 200 }, (_, index) => at(`${index}`));
  await backend.putMany(
    keys.map((key) => [key, entry(`value of ${key.key}`)] as const),
    callFor(),
  );
  const asked = [...keys.slice(100), at("absent"), ...keys];
  let answers: (string | undefined)[] = [];
  const counts = await commandsOf(async () => {
    answers = await Promise.all(asked.map((key) => textOf(backend, key)));
  });
  t.deepEqual(
    answers,
    asked.map(({ key }) => (key === "absent" ? undefined : `value of ${key}`)),
  );
  t.deepEqual([...counts], [["mget", Math.ceil(asked.length / 64)]]);
});

test.serial("entries of categories with different fates do not share a command", async (t) => {
  await server.command("acl", "setuser", "half", "on", ">p", "resetkeys", "~half::open:*", "+@all");
  const { backend } = await openDirect(t, {
    url: server.url,
    username: "half",
    password: "p",
    prefix: "half",
    invalidate: false,
  });
  const [open, shut] = [backend.get(at("a", "open"), callFor()), backend.get(at("a", "shut"), callFor())];
  await t.notThrowsAsync(open);
  await t.throwsAsync(shut, {
    code: "NOPERM",
    message: /^Cannot get entry of category "shut" in Redis: expected an answer of .*: received NOPERM/,
  });
});

test.serial("a key that may not be read takes no other of its turn along", async (t) => {
  await server.command("acl", "setuser", "one", "on", ">p", "resetkeys", "~one::c:fine*", "+@all");
  const { backend } = await openDirect(t, {
    url: server.url,
    username: "one",
    password: "p",
    prefix: "one",
    invalidate: false,
  });
  const gets = ["fine1", "bad", "fine2"].map((key) => backend.get(at(key, "c"), callFor()));
  const ends = await Promise.allSettled(gets);
  t.deepEqual(
    ends.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});

test.serial("Redis drops an entry after its time by itself, and keeps one without", async (t) => {
  const { backend } = await openDirect(t, { url: server.url, prefix: "ttl" });
  await backend.put(at("a"), entry("x", Date.now() + 60_000), callFor());
  await backend.put(at("b"), entry("x"), callFor());
  const ttlMs = Number(await server.command("pttl", "ttl::player:a"));
  t.true(ttlMs > 50_000 && ttlMs <= 60_000, `${ttlMs}`);
  t.is(await server.command("pttl", "ttl::player:b"), -1);
  await backend.put(at("a"), entry("x"), callFor());
  t.is(await server.command("pttl", "ttl::player:a"), -1, "a put replaces the time too");
});

test.serial(
  "an entry that has expired by the host's clock is a miss, though Redis has it still",
  async (t) => {
    const { backend } = await openDirect(t, { url: server.url, prefix: "clock" });
    await backend.put(at("a"), entry("x", Date.now() + 100), callFor());
    await server.command("persist", "clock::player:a");
    t.is(await textOf(backend, at("a")), "x");
    await new Promise((resolve) => setTimeout(resolve, 150));
    t.is(await textOf(backend, at("a")), undefined);
    t.is(await server.command("exists", "clock::player:a"), 1);
  },
);

test.serial("what others wrote under the names of entries is a miss, and is replaced", async (t) => {
  const { backend } = await openDirect(t, { url: server.url, prefix: "foreign" });
  await server.command("set", "foreign::player:text", "of somebody else");
  await server.command("lpush", "foreign::player:list", "of", "somebody", "else");
  t.deepEqual(await backend.getMany([at("text"), at("list")], callFor()), [undefined, undefined]);
  await backend.put(at("list"), entry("mine"), callFor());
  t.is(await textOf(backend, at("list")), "mine");
});

test.serial(
  "scan() and clear() touch nothing of categories, prefixes and patterns that look alike",
  async (t) => {
    const prefixes = ["p", "pp", "p*", "*", "p:x", "[p]", "?", "p\\"];
    const categories = ["a", "a.b", "aa", "a-b", "b"];
    const backends = await Promise.all(
      prefixes.map(async (prefix) => (await openDirect(t, { url: server.url, prefix })).backend),
    );
    const keys = Array.from({ length: 40 }, (_, index) => `${index}:*`);
    const others = ["p", "p::", "p::a", "p::a:", "p:a:1", "a:1", "x"];
    for (const name of others) await server.command("set", name, "foreign");
    for (const backend of backends) {
      const entries = categories.flatMap((category) =>
        keys.map((key) => [at(key, category), entry("x")] as const),
      );
      await backend.putMany(entries, callFor());
    }
    for (const [index, backend] of backends.entries()) {
      t.deepEqual(await scanAll(backend, "a", 7), keys.toSorted(), prefixes[index]);
      await backend.clear("a", callFor());
      t.deepEqual(await scanAll(backend, "a", 7), []);
      for (const category of categories.slice(1))
        t.deepEqual(await scanAll(backend, category, 100), keys.toSorted());
      for (const later of backends.slice(index + 1))
        t.is((await scanAll(later, "a", 100)).length, keys.length);
    }
    t.is(await server.command("exists", ...others), others.length);
  },
);

test.serial("scan() lists every key once in pages of one, though Redis finds more at a time", async (t) => {
  const { backend } = await openDirect(t, { url: server.url, prefix: "pages" });
  const keys = Array.from({ length: 60 }, (_, index) => `key ${index}`).toSorted();
  await backend.putMany(
    keys.map((key) => [at(key), entry("x")] as const),
    callFor(),
  );
  t.deepEqual(await scanAll(backend, "player", 1), keys);
});

test.serial("scan() starts over with a cursor of another life, or of nobody", async (t) => {
  const { backend } = await openDirect(t, { url: server.url, prefix: "cursor" });
  const other = await openDirect(t, { url: server.url, prefix: "cursor" });
  const keys = Array.from({ length: 60 }, (_, index) => `key ${index}`);
  await backend.putMany(
    keys.map((key) => [at(key), entry("x")] as const),
    callFor(),
  );
  const { cursor = "" } = await backend.scan({ category: "player", limit: 10 }, callFor());
  t.not(cursor, "");
  for (const foreign of [cursor, "", "{", "[]", '[1,"x"]', "0"]) {
    const found = new Set<string>();
    let next: string | undefined = foreign;
    while (next !== undefined) {
      const page = await other.backend.scan({ category: "player", limit: 50, cursor: next }, callFor());
      for (const key of page.keys) found.add(key);
      next = page.cursor;
    }
    t.is(found.size, keys.length, foreign);
  }
});

test.serial("clear() goes in small steps that keep the server from nobody", async (t) => {
  const { backend } = await openDirect(t, { url: server.url, prefix: "clear" });
  const pairs = Array.from({ length: 5000 }, (_, index) => [at(`${index}`), entry("x")] as const);
  await backend.putMany(pairs, callFor());
  const counts = await commandsOf(() => backend.clear("player", callFor()));
  t.deepEqual([...counts.keys()].toSorted(), ["scan", "unlink"]);
  t.true((counts.get("unlink") ?? 0) >= 5000 / 64, "each names 64 at most");
  t.deepEqual(await scanAll(backend, "player", 100), []);
});

test.serial(
  "clear() that is not done by its deadline says so, and has less to do the next time",
  async (t) => {
    const { backend } = await openDirect(t, { url: server.url, prefix: "slow" });
    await backend.putMany(
      Array.from({ length: 3000 }, (_, index) => [at(`${index}`), entry("x")] as const),
      callFor(),
    );
    await t.throwsAsync(backend.clear("player", callFor(-1)), {
      code: "REDIS_LATE",
      message: 'Cannot clear category "player" in Redis: expected to be done in time: received the deadline',
    });
    await backend.clear("player", callFor());
    t.deepEqual(await scanAll(backend, "player", 1000), []);
  },
);

test.serial("entries lie in the database that is named", async (t) => {
  const { backend } = await openDirect(t, { url: `${server.url}/3`, prefix: "db" });
  await backend.put(at("a"), entry("x"), callFor());
  t.is(await server.command("exists", "db::player:a"), 0);
  const client = server.client({ db: 3 });
  t.is(await client.exists("db::player:a"), 1);
  client.disconnect();
});

test.serial("the ACL of the README is enough for everything, and no warning comes of it", async (t) => {
  const { backend, lines, invalidations } = await openDirect(t, {
    url: server.url,
    username: "cache",
    password: "geheim",
  });
  await backend.put(at("a"), entry("x", Date.now() + 60_000), callFor());
  t.is(await textOf(backend, at("a")), "x");
  await backend.getMany([at("a"), at("b")], callFor());
  t.deepEqual(await scanAll(backend, "player", 10), ["a"]);
  await backend.clear("player", callFor());
  await backend.ping(callFor());
  t.deepEqual([lines, invalidations], [[], ["all"]]);
});

test.serial(
  "what waiting does not mend is an error as the backend opens, without the password",
  async (t) => {
    const wrong = [
      [{ username: "cache", password: "falsch" }, /received WRONGPASS/],
      [
        { username: "deaf", password: "geheim" },
        /expected to hear of changes by others \("invalidate": false does without\): received NOPERM/,
      ],
      [{ database: 99 }, /received ERR DB index is out of range/],
    ] as const;
    for (const [parameters, message] of wrong) {
      const error = await t.throwsAsync(openDirect(t, { url: server.url, ...parameters }), { message });
      t.false(/falsch|geheim/.test(`${error?.message}${error?.stack}${JSON.stringify(error)}`));
    }
    await t.notThrowsAsync(
      openDirect(t, { url: server.url, username: "deaf", password: "geheim", invalidate: false }),
    );
  },
);

test.serial("a server that is no cluster, named as one, is an error as the backend opens", async (t) => {
  await t.throwsAsync(openDirect(t, { cluster: { nodes: [server.address] } }), {
    message: /received ERR This instance has cluster support disabled/,
  });
});

test.serial("a server that is not there opens, fails calls at once, and is logged in one line", async (t) => {
  const url = `redis://127.0.0.1:${await freePort()}`;
  const { backend, lines } = await openDirect(t, { url });
  const began = performance.now();
  for (let round = 0; round < 3; round += 1) {
    await t.throwsAsync(backend.get(at("a"), callFor()), {
      code: "REDIS_DOWN",
      message: /received connect ECONNREFUSED/,
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  t.true(performance.now() - began < 2000);
  t.is(lines.length, 1);
});

test.serial(
  "Sentinels that are not there open, fail calls at once, and are logged in one line",
  async (t) => {
    const nodes = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const { backend, lines } = await openDirect(t, { sentinel: { name: "cache", nodes } });
    for (let round = 0; round < 3; round += 1) {
      await t.throwsAsync(backend.get(at("a"), callFor()), {
        code: "REDIS_DOWN",
        message: /All sentinels are unreachable/,
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    t.is(lines.length, 1);
  },
);

test.serial("a server that loads its data is waited for, and calls fail until it has", async (t) => {
  const slow = await startServer({ "key-load-delay": 500 });
  t.teardown(() => slow.stop());
  const { backend, lines } = await openDirect(t, { url: slow.url });
  const pairs = Array.from({ length: 2000 }, (_, index) => [at(`${index}`), entry("x")] as const);
  await backend.putMany(pairs, callFor());
  await slow.command("save");
  await slow.kill();
  await until("the connection to be lost", () => lines.length === 1);
  const running = slow.run();
  const codes = new Set<unknown>();
  while (lines.length < 2) {
    const end = await backend.get(at("7"), callFor(500)).catch(({ code }: { code: unknown }) => code);
    codes.add(typeof end === "string" ? end : "served");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await running;
  t.is(await textOf(backend, at("7")), "x");
  codes.delete("served");
  t.deepEqual([...codes], ["REDIS_DOWN"]);
});

test.serial("calls after close() fail, and so do those under way, and say why", async (t) => {
  const { backend } = await openDirect(t, { url: server.url, prefix: "closed" });
  const underWay = backend.get(at("a"), callFor());
  backend.close();
  for (const call of [
    underWay,
    backend.get(at("a"), callFor()),
    backend.put(at("a"), entry("x"), callFor()),
  ]) {
    await t.throwsAsync(call, {
      code: "REDIS_CLOSED",
      message: /expected the backend to be open: received its end$/,
    });
  }
});

test.serial("TLS is spoken with the certificates that are named, and with no others", async (t) => {
  const { folder, certFile, keyFile, settings } = makeCertificate(t);
  const tlsPort = await freePort();
  const secure = await startServer({
    "tls-port": tlsPort,
    ...settings,
    "tls-auth-clients": "yes",
  });
  t.teardown(() => secure.stop());
  const url = `rediss://localhost:${tlsPort}`;
  const { backend, invalidations } = await openDirect(t, {
    url,
    tls: { caFile: certFile, certFile, keyFile },
  });
  await backend.put(at("a"), entry("x"), callFor());
  t.is(await textOf(backend, at("a")), "x");
  t.deepEqual(invalidations, ["all"], "changes are heard of over TLS too");
  const stranger = await openDirect(t, { url });
  await t.throwsAsync(stranger.backend.get(at("a"), callFor()), {
    message: /received .*(?:certificate|self-signed)/,
  });
  await t.throwsAsync(openDirect(t, { url, tls: { caFile: join(folder, "absent.pem") } }), {
    message: /expected to read .*absent.pem: received ENOENT/,
  });
});
