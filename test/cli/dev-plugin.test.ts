/** `stockpile plugin dev`, as somebody who works on a plugin uses it. */
import test from "ava";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { healthLine } from "../../src/cli/plugin-dev/health-line.js";
import { SHELF_SOURCE, writePackage } from "./plugin-build/write-package.js";
import { RunningCommand } from "./run-command.js";
import { temporaryFolder } from "./write-config.js";

async function versionAt(url: string): Promise<string | undefined> {
  const health = (await (await fetch(`${url}/health`)).json()) as {
    readonly plugins: readonly { readonly metadata?: { readonly version: string } }[];
  };
  return health.plugins[0]?.metadata?.version;
}

test.serial(
  "dev serves the plugin, takes each change that passes, and goes on where one does not",
  async (t) => {
    t.timeout(120_000);
    const TMPDIR = temporaryFolder(t);
    const folder = writePackage(t, { "src/main.ts": SHELF_SOURCE });
    const source = join(folder, "src/main.ts");
    const command = new RunningCommand(["plugin", "dev", folder, "--port", "0"], { env: { TMPDIR } }).read();
    t.teardown(() => command.child.kill("SIGKILL"));

    const url = await command.printed(/is served on (\S+), until Ctrl-C/);
    await command.printed(/^Watching /m);
    t.is((await fetch(`${url}/cache/try/one`, { method: "PUT", body: "hello" })).status, 204);
    t.is(await (await fetch(`${url}/cache/try/one`)).text(), "hello");
    t.is(await versionAt(url), "1.2.0");
    await command.printed(/^shelf 1\.2\.0 · ready · life 1 · /m);

    writeFileSync(source, SHELF_SOURCE.replace("1.2.0", "1.3.0"));
    await command.printed(/^The change was in use after (\d+) ms$/m);
    t.is(await versionAt(url), "1.3.0");
    await command.printed(/^shelf 1\.3\.0 · ready · life 2 · /m);

    writeFileSync(
      source,
      SHELF_SOURCE.replace("1.2.0", "1.4.0").replace(
        "Map<string, StoredEntry>()",
        "Map<string, StoredEntry>(",
      ),
    );
    await command.printed(/^The former build goes on$/m);
    t.regex(command.stderr, /src\/main\.ts:\d+:\d+: error: /);
    t.is(await versionAt(url), "1.3.0");

    writeFileSync(source, SHELF_SOURCE.replace("1.2.0", "1.5.0"));
    await command.printed(/^shelf 1\.5\.0 · ready · life 3 · /m);
    t.is(await versionAt(url), "1.5.0");

    command.child.kill("SIGINT");
    const { code } = await command.ended;
    t.is(code, 0, command.stderr);
    t.deepEqual(readdirSync(TMPDIR), []);
    t.is(readFileSync(source, "utf8").includes("1.5.0"), true);
  },
);

test.serial("dev waits for the source to be mended where the first build fails", async (t) => {
  t.timeout(120_000);
  const folder = writePackage(t, { "src/main.ts": "export const metadata = {" });
  const command = new RunningCommand(["plugin", "dev", folder, "--port", "0"]).read();
  t.teardown(() => command.child.kill("SIGKILL"));
  await command.printed(/^Watching /m);
  t.regex(command.stderr, /error/);
  writeFileSync(join(folder, "src/main.ts"), SHELF_SOURCE);
  const url = await command.printed(/is served on (\S+), until Ctrl-C/);
  t.is(await versionAt(url), "1.2.0");
  command.child.kill("SIGTERM");
  t.is((await command.ended).code, 0);
});

test("healthLine() tells how a plugin does, and drives no terminal with a plugin's own words", (t) => {
  const line = healthLine({
    name: "shelf",
    metadata: { name: "Shelf", version: "1.0.0\u001b[31m" },
    state: "restarting",
    since: 0,
    isolation: "thread",
    startup: "optional",
    backends: [],
    lives: 3,
    restarts: 2,
    failures: { crash: 0, hang: 0, exit: 0, memory: 0, protocol: 0, "start-timeout": 0, load: 0 },
    abandonedThreads: 0,
    abandonedProcesses: 0,
    lastFailure: { at: 0, kind: "crash", message: "Error: broken\u0007" },
    eventLoop: { utilization: 0.021, blockedMs: 0 },
    memory: { heapBytes: 10_485_760, externalBytes: 2_097_152, limitBytes: 268_435_456 },
    calls: {
      inFlight: 1,
      inFlightBytes: 5,
      succeeded: 12,
      failed: 2,
      timedOut: 1,
      refused: 0,
      p50Ms: 0.314,
      p99Ms: 2,
    },
  });
  t.is(
    line,
    "shelf 1.0.0 [31m · restarting · life 3 · 12.0 of 256 MiB · loop 2 % busy · calls 12 done, 2 failed, 1 late, 1 under way · p50 0.31 ms · p99 2.00 ms\n  last failure: crash: Error: broken",
  );
});
