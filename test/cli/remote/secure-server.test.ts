/** The commands that ask a running server, against one that speaks HTTPS. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { FakeMojang } from "../../../src/mojang/main.js";
import { startServer } from "../../../src/server/main.js";
import type { RunningServer } from "../../../src/server/main.js";
import { openServer } from "../../server/open-server.js";
import { RunningCommand, runCommand } from "../run-command.js";
import type { Ended } from "../run-command.js";

const TOKEN = "0123456789abcdef";
/** Made once, for localhost and 127.0.0.1; each is its own authority. */
const CERTIFICATES = fileURLToPath(new URL("../../../../test/server/certificates/", import.meta.url));
const TRUST = { STOCKPILE_TOKEN: TOKEN, NODE_EXTRA_CA_CERTS: `${CERTIFICATES}first.crt` };
/** Who trusts somebody else. */
const DISTRUST = { ...TRUST, NODE_EXTRA_CA_CERTS: `${CERTIFICATES}second.crt` };
/** Of each way to ask: HTTP, gRPC, and a stream of events. */
const WAYS: readonly (readonly string[])[] = [
  ["status"],
  ["get-id", "Dev_Alder"],
  ["listen", "--count", "1"],
];

let fake: FakeMojang;
let server: RunningServer;
let id: string;

test.before("a server with a certificate is before a fake Mojang that knows one player", async (t) => {
  t.timeout(120_000);
  fake = await FakeMojang.open({ servicesLimit: { requests: 10_000, per: 1_000 } });
  ({ id } = fake.addPlayer("Dev_Alder"));
  const tls = { certificate: `${CERTIFICATES}first.crt`, key: `${CERTIFICATES}first.key` };
  const config = {
    storage: { plugin: "memory" },
    server: { port: 0, tls, token: TOKEN },
    mojang: { upstream: { services: fake.url, sessions: fake.url } },
  };
  server = await startServer({ config });
});

test.after.always(async () => {
  await server?.close();
  await fake?.close();
});

/** Runs a command for the server. */
function ask(env: Record<string, string>, ...args: readonly string[]): Promise<Ended> {
  return runCommand([...args, "--server", server.address.url], { env });
}

/** One after the other: each takes a process, which a machine that runs many is late with. */
function claim(title: string, body: (t: ExecutionContext) => Promise<void>): void {
  test.serial(title, async (t) => {
    t.timeout(120_000);
    await body(t);
  });
}

claim("every command asks a server whose certificate is trusted", async (t) => {
  const { port } = server.address;
  const claims: readonly (readonly [readonly string[], RegExp])[] = [
    [["status"], new RegExp(`^Stockpile \\S+ at https://127\\.0\\.0\\.1:${port} is ok`)],
    [["plugins"], /│ memory +│ Memory/],
    [["cache", "set", "own", "x", '{"a":1}'], /^/],
    [["cache", "get", "own", "x"], /"a": ?1/],
    [["cache", "delete", "own", "x"], /^/],
    [["plugin", "restart", "memory"], /^Plugin memory is ready, life \d+\n$/],
    [["get-id", "Dev_Alder", "--json"], new RegExp(`"${id.slice(0, 8)}-`)],
    [["get-profile", "Dev_Alder", "--json"], /"name": ?"Dev_Alder"/],
    [["name-history", "Dev_Alder", "--json"], /"Dev_Alder"/],
  ];
  for (const [args, expected] of claims) {
    const { code, stdout, stderr } = await ask(TRUST, ...args);
    t.is(stderr, "", args.join(" "));
    t.is(code, 0, args.join(" "));
    t.regex(stdout, expected);
  }
});

claim("a server is asked by a name that its certificate has", async (t) => {
  const url = `https://localhost:${server.address.port}`;
  for (const args of [["status"], ["get-id", "Dev_Alder"]]) {
    const { code, stderr } = await runCommand([...args, "--server", url], { env: TRUST });
    t.is(stderr, "");
    t.is(code, 0);
  }
});

claim("stockpile listen hears of what happens over HTTPS", async (t) => {
  const args = ["listen", "--server", server.address.url];
  const command = new RunningCommand(args, { env: TRUST }).read();
  t.teardown(() => command.child.kill("SIGKILL"));
  // What happened before it listens it does not hear of.
  let isHeard = false;
  const heard = command.printed(/(plugin memory is ready), was starting/).finally(() => (isHeard = true));
  while (!isHeard) {
    // oxlint-disable no-await-in-loop -- Until it listens.
    await server.stockpile.plugins.restart("memory");
    await sleep(200);
    // oxlint-enable no-await-in-loop
  }
  t.is(await heard, "plugin memory is ready");
});

for (const args of WAYS) {
  claim(`stockpile ${args[0]} does not ask a server that it does not trust, and says how to`, async (t) => {
    for (const env of [{}, DISTRUST]) {
      const { code, stdout, stderr } = await ask(env, ...args);
      t.is(code, 1);
      t.is(stdout, "");
      t.is(
        stderr,
        `Cannot reach a server at ${server.address.url}: self-signed certificate: to trust it, put the path of its certificate, or of its authority's, into NODE_EXTRA_CA_CERTS\n`,
      );
    }
  });

  claim(`stockpile ${args[0]} says when it is HTTPS that is spoken, or not`, async (t) => {
    const { host } = new URL(server.address.url);
    const plainly = await runCommand([...args, "--server", `http://${host}`]);
    t.is(plainly.code, 1);
    t.regex(
      plainly.stderr,
      new RegExp(`^Cannot reach a server at http://\\S+: .*name it as https://${host}\n$`),
    );

    const plain = await openServer(t, { config: { storage: { plugin: "memory" } } });
    const { port } = plain.address;
    const securely = await runCommand([...args, "--server", `https://127.0.0.1:${port}`]);
    t.is(securely.code, 1);
    t.is(
      securely.stderr,
      `Cannot reach a server at https://127.0.0.1:${port}: it does not speak HTTPS: try http://127.0.0.1:${port}\n`,
    );
  });
}
