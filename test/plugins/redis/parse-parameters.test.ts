import { inspect } from "node:util";
import test from "ava";
import {
  DEFAULT_ANSWER_TIMEOUT_MS,
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_PREFIX,
  parseParameters,
} from "@stockpile/plugin-redis";

function refusal(parameters: unknown): string {
  try {
    parseParameters(parameters);
  } catch (error) {
    return String(error);
  }
  return "";
}

test("parseParameters() takes a URL for one server, with defaults for all the rest", (t) => {
  t.deepEqual(parseParameters({ url: "redis://cache.example" }), {
    target: { mode: "standalone", address: { host: "cache.example", port: 6379 } },
    username: undefined,
    password: undefined,
    database: 0,
    tls: undefined,
    prefix: DEFAULT_PREFIX,
    invalidate: true,
    connectTimeoutMs: DEFAULT_CONNECT_TIMEOUT_MS,
    answerTimeoutMs: DEFAULT_ANSWER_TIMEOUT_MS,
  });
});

test("parseParameters() reads user, password, port, database and TLS from a URL", (t) => {
  const { target, username, password, database, tls } = parseParameters({
    url: "rediss://reader:p%40ss@[::1]:7000/3",
  });
  t.deepEqual(target, { mode: "standalone", address: { host: "::1", port: 7000 } });
  t.deepEqual([username, password, database], ["reader", "p@ss", 3]);
  t.is(tls?.rejectUnauthorized, true);
});

test("parseParameters() takes Sentinels and clusters by their addresses, with default ports", (t) => {
  const { target } = parseParameters({
    sentinel: { name: "cache", nodes: ["one", "two:5000"], username: "u", password: "p", tls: true },
    tls: true,
  });
  t.deepEqual(target, {
    mode: "sentinel",
    name: "cache",
    sentinels: [
      { host: "one", port: 26_379 },
      { host: "two", port: 5000 },
    ],
    username: "u",
    password: "p",
    tls: true,
  });
  t.deepEqual(parseParameters({ cluster: { nodes: ["one", "[::1]:7000"] } }).target, {
    mode: "cluster",
    nodes: [
      { host: "one", port: 6379 },
      { host: "::1", port: 7000 },
    ],
  });
});

test("parseParameters() tells all mistakes at once, each with what was expected and received", (t) => {
  const message = refusal({
    url: 7,
    cluster: { nodes: [] },
    prefix: "a::b",
    invalidate: "yes",
    answerTimeoutMs: 0,
    databse: 1,
    tls: { certFile: "c.pem", rejectUnauthorised: false },
  });
  for (const mistake of [
    'expected exactly one of "url", "sentinel" and "cluster": received "url" and "cluster"',
    /expected "url" to be a URL redis:.*: received number/,
    /expected "cluster.nodes" to be 1 to 64 addresses .*: received 0/,
    /expected "prefix" to be 1 to 128 printable ASCII characters .*: received 'a::b'/,
    "expected \"invalidate\" to be true or false: received 'yes'",
    'expected "answerTimeoutMs" to be an integer from 10 to 3600000: received 0',
    /expected no parameters but "url".*: received "databse"/,
    'expected "tls.keyFile" to be there, as certificate and key belong together: received undefined',
    /expected no parameters but "tls.caFile".*: received "tls.rejectUnauthorised"/,
  ]) {
    if (typeof mistake === "string") t.true(message.includes(mistake), `${mistake} in ${message}`);
    else t.regex(message, mistake);
  }
});

test("parseParameters() refuses what is right by itself and wrong beside another", (t) => {
  const url = "redis://u:secret@host/2";
  t.regex(refusal({ url, password: "x" }), /expected "password" once, in "url" or beside it/);
  t.regex(refusal({ url, database: 1 }), /expected "database" once/);
  t.regex(refusal({ url: "redis://host", username: "u" }), /expected a "password" with "username"/);
  t.regex(refusal({ url: "rediss://host", tls: false }), /expected "tls" not to be false/);
  t.regex(refusal({ cluster: { nodes: ["a"] }, database: 1 }), /the only one of a cluster: received 1/);
  t.regex(
    refusal({ sentinel: { name: "c", nodes: ["a"], tls: true } }),
    /expected "tls" with "sentinel.tls"/,
  );
  t.regex(refusal({ sentinel: { nodes: ["a"] } }), /expected "sentinel.name" to be a string/);
});

for (const parameters of [undefined, {}, null, [], "redis://host", { url: undefined }]) {
  test(`parseParameters() refuses ${inspect(parameters)}`, (t) => {
    t.regex(refusal(parameters), /Cannot open storage backend "redis": expected .*: received/);
  });
}

for (const url of [
  "http://host",
  "redis://",
  "redis://host/one",
  "redis://host/0/1",
  "redis://host?db=1",
  "redis://host#1",
  "host:6379",
]) {
  test(`parseParameters() refuses the URL ${url}`, (t) => {
    t.regex(refusal({ url }), /expected "url" to be a URL/);
  });
}

for (const address of ["", "a b", "user@host", "redis://host", "host:0x1", "host:70000", 7]) {
  test(`parseParameters() refuses the address ${JSON.stringify(address)}`, (t) => {
    t.regex(refusal({ cluster: { nodes: ["fine", address] } }), /received 1 that are none/);
  });
}

for (const prefix of ["", " ", "a b", "é", "a:", "a::b", "x".repeat(129)]) {
  test(`parseParameters() refuses the prefix ${JSON.stringify(prefix)}`, (t) => {
    t.regex(refusal({ url: "redis://host", prefix }), /expected "prefix" to be/);
  });
}

test("parseParameters() shows no password, wherever one stands", (t) => {
  for (const parameters of [
    { url: "redis://user:geheim@host:port" },
    { url: "redis://host?password=geheim" },
    { url: "redis://host", password: ["geheim"] },
    { url: ["redis://user:geheim@host"] },
    { url: "redis://host", tls: { passphrase: { geheim: 1 } } },
    { sentinel: { name: "a", nodes: ["user:geheim@host"], password: 7 } },
    { cluster: "redis://user:geheim@host" },
    "redis://user:geheim@host",
  ]) {
    const message = refusal(parameters);
    t.not(message, "");
    t.false(message.includes("geheim"), message);
  }
});
