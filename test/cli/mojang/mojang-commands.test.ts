/** The commands about players and game servers, against a server process before a fake Mojang. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FakeMojang, NAME_HELD_MS } from "../../../src/mojang/main.js";
import { openServer } from "../../server/open-server.js";
import { runCommand, RunningCommand } from "../run-command.js";
import type { Ended } from "../run-command.js";

const HOUR_MS = 3_600_000;
const NOBODY = "00000000-0000-4000-8000-000000000000";

let fake: FakeMojang;
let server: RunningCommand;
let url: string;
let folder: string;

test.before(async (t) => {
  t.timeout(120_000);
  fake = await FakeMojang.open({ servicesLimit: { requests: 10_000, per: 1_000 } });
  folder = mkdtempSync(join(tmpdir(), "stockpile-test-"));
  const config = {
    storage: { plugin: "memory" },
    // Expired at once, and answered all the same while Mojang fails.
    categories: { "mojang.name": { ttl: "1ms", loadSoftTimeout: "30s", negativeTtl: 0 } },
    mojang: {
      upstream: { services: fake.url, sessions: fake.url },
      budgets: { services: { requests: 1_000_000, per: "1s" } },
      retries: 0,
    },
  };
  const file = join(folder, "stockpile.json");
  writeFileSync(file, JSON.stringify(config));
  server = new RunningCommand(["server", "--port", "0", "--config", file]).read();
  url = await server.printed(/listens on (\S+)/);
});

test.after.always(async () => {
  server.child.kill("SIGKILL");
  await fake.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command for the server, in a zone that is not the machine's. */
function ask(...args: readonly string[]): Promise<Ended> {
  return runCommand([...args, "--server", url], { env: { TZ: "Asia/Tokyo" } });
}

/** As somebody in Tokyo reads it, to the second: what the server says is as exact. */
function inTokyo(timeMs: number): string {
  const text = new Date(Math.floor(timeMs / 1000) * 1000 + 9 * HOUR_MS).toISOString();
  return text.slice(0, 19).replace("T", " ");
}

function dashed(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function claim(title: string, body: (t: ExecutionContext) => Promise<void>): void {
  test.serial(title, async (t) => {
    t.timeout(120_000);
    t.teardown(() => fake.fail(undefined));
    await body(t);
  });
}

claim("stockpile get-id prints whose a name is, since when and until when, in local time", async (t) => {
  const { id } = fake.addPlayer("Dev_Alder");
  const json = await ask("get-id", "dev_alder", "--json");
  t.is(json.stderr, "");
  t.is(json.code, 0);
  const { firstSeenAt, ...found } = JSON.parse(json.stdout);
  t.true(Math.abs(Date.now() - firstSeenAt) < HOUR_MS);
  t.like(found, { id: dashed(id), name: "Dev_Alder", source: "loader", stale: false });

  const { code, stdout, stderr } = await ask("get-id", "DEV_ALDER");
  t.is(stderr, "");
  t.is(code, 0);
  const lastSeen = /Last seen +│ (\S+ \S+)/.exec(stdout)?.[1] ?? "";
  const lastSeenAt = Date.parse(`${lastSeen.replace(" ", "T")}+09:00`);
  t.true(lastSeenAt >= firstSeenAt, lastSeen);
  t.is(
    stdout,
    `┌─────────────┬──────────────────────────────────────┐
│ Name        │ Dev_Alder                            │
│ Id          │ ${dashed(id)} │
│ First seen  │ ${inTokyo(firstSeenAt)}                  │
│ Last seen   │ ${lastSeen}                  │
│ Valid until │ ${inTokyo(lastSeenAt + NAME_HELD_MS)}                  │
│ From        │ Mojang, just now                     │
└─────────────┴──────────────────────────────────────┘
`,
  );
});

claim(
  "stockpile get-id of several names prints those there are, and names the others on stderr",
  async (t) => {
    const ids = ["Dev_Birch", "Dev_Cedar"].map((name) => dashed(fake.addPlayer(name).id));
    const { code, stdout, stderr } = await ask("get-id", "Dev_Birch", "Nobody_1", "dev_cedar", "x y");
    t.is(code, 0);
    t.is(stderr, "Not found: Nobody_1, x y\n");
    const [, birch = [], cedar = []] = stdout
      .split("\n")
      .filter((line) => line.startsWith("│"))
      .map((line) => line.split("│").slice(3, 6));
    t.is(
      stdout,
      `┌───────────┬──────────────────────────────────────┬─────────────────────┬─────────────────────┬─────────────────────┐
│ Name      │ Id                                   │ First seen          │ Last seen           │ Valid until         │
├───────────┼──────────────────────────────────────┼─────────────────────┼─────────────────────┼─────────────────────┤
│ Dev_Birch │ ${ids[0]} │${birch.join("│")}│
├───────────┼──────────────────────────────────────┼─────────────────────┼─────────────────────┼─────────────────────┤
│ Dev_Cedar │ ${ids[1]} │${cedar.join("│")}│
└───────────┴──────────────────────────────────────┴─────────────────────┴─────────────────────┴─────────────────────┘
`,
    );
    for (const cell of [...birch, ...cedar]) t.regex(cell, /^ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d $/);

    const json = await ask("get-id", "Dev_Birch", "Nobody_1", "--json");
    t.deepEqual(
      JSON.parse(json.stdout).map(({ id }: { id: string }) => id),
      [ids[0]],
    );
  },
);

claim("stockpile get-id of more names than the server takes at once asks in parts", async (t) => {
  const names = Array.from({ length: 130 }, (_none, index) => `Many_${index}`);
  for (const name of names) fake.addPlayer(name);
  const { code, stdout, stderr } = await ask("get-id", ...names, "--json");
  t.is(stderr, "");
  t.is(code, 0);
  t.deepEqual(
    JSON.parse(stdout).map(({ name }: { name: string }) => name),
    names,
  );
});

claim("stockpile get-id of names that nobody has ends with 1 for one and with 0 for several", async (t) => {
  t.like(await ask("get-id", "Nobody_1"), {
    code: 1,
    stdout: "",
    stderr: 'Cannot find "Nobody_1": no such profile\n',
  });
  t.like(await ask("get-id", "Nobody_1", "Nobody_2"), {
    code: 0,
    stdout: "",
    stderr: "No profiles found\n",
  });
  t.like(await ask("get-id", "Nobody_1", "Nobody_2", "--json"), { code: 0, stdout: "[]\n" });
});

claim(
  "stockpile get-id --time answers what the server has seen, and says where it has seen nothing",
  async (t) => {
    const { id } = fake.addPlayer("Dev_Elm");
    t.is((await ask("get-id", "Dev_Elm")).code, 0);
    const past = await ask("get-id", "Dev_Elm", "--time", "2020-01-02T03:04:05Z");
    t.like(past, {
      code: 1,
      stdout: "",
      stderr: 'Cannot find "Dev_Elm": this server has seen nobody under it at 2020-01-02 12:04:05\n',
    });
    for (const time of ["now", new Date().toISOString()]) {
      const { code, stdout } = await ask("get-id", "Dev_Elm", "--json", "--time", time);
      t.is(code, 0, time);
      t.is(JSON.parse(stdout).id, dashed(id));
    }
  },
);

claim("stockpile get-id tells an expired answer from others while Mojang fails", async (t) => {
  fake.addPlayer("Dev_Fir");
  t.is((await ask("get-id", "Dev_Fir")).code, 0);
  fake.fail("unavailable");
  const { code, stdout, stderr } = await ask("get-id", "Dev_Fir");
  t.is(stderr, "");
  t.is(code, 0);
  t.regex(stdout, /│ From +│ the cache, \d+ (?:s|min) old, expired: Mojang could not be asked │/);
  t.like(JSON.parse((await ask("get-id", "Dev_Fir", "--json")).stdout), { stale: true });
});

claim("stockpile get-profile prints a profile by name and by id", async (t) => {
  const { id } = fake.addPlayer("Dev_Hazel", { skin: "slim" });
  const json = await ask("get-profile", "dev_hazel", "--json");
  t.is(json.stderr, "");
  t.is(json.code, 0);
  const profile = JSON.parse(json.stdout);
  t.like(profile, { id: dashed(id), name: "Dev_Hazel", source: "loader", stale: false });
  const [{ name, value, signature }] = profile.properties;
  t.is(name, "textures");
  t.true(signature.length > 300);
  const { timestamp, textures } = JSON.parse(Buffer.from(value, "base64").toString());
  t.is(profile.textures.skinUrl, textures.SKIN.url);
  t.is(profile.textures.timestamp, Math.floor(timestamp / 1000) * 1000);

  for (const player of ["Dev_Hazel", id, dashed(id).toUpperCase()]) {
    const { code, stdout } = await ask("get-profile", player);
    t.is(code, 0);
    const from = /│ From +│ (the cache, \d+ (?:s|min) old) +│/.exec(stdout)?.[1] ?? "";
    const line = (text: string): string => `${text.padEnd(102)} │`;
    t.is(
      stdout,
      `┌─────────────┬${"─".repeat(104)}┐
│ Name        │ ${line("Dev_Hazel")}
│ Id          │ ${line(dashed(id))}
│ Skin        │ ${line(textures.SKIN.url)}
│ Model       │ ${line("slim")}
│ Cape        │ ${line("none")}
│ Textures of │ ${line(inTokyo(timestamp))}
│ Property    │ ${line(`textures, ${value.length} characters, signed`)}
│ From        │ ${line(from)}
└─────────────┴${"─".repeat(104)}┘
`,
      player,
    );
  }
});

claim("stockpile get-profile and name-history end with 1 where nobody is found", async (t) => {
  for (const command of ["get-profile", "name-history"]) {
    t.like(await ask(command, "Nobody_1"), {
      code: 1,
      stdout: "",
      stderr: 'Cannot find "Nobody_1": no such profile\n',
    });
  }
  t.like(await ask("get-profile", NOBODY), {
    code: 1,
    stdout: "",
    stderr: `Cannot find "${NOBODY}": no such profile\n`,
  });
  t.like(await ask("name-history", NOBODY), {
    code: 1,
    stdout: "",
    stderr: `Cannot find "${NOBODY}": this server has seen no name of that player\n`,
  });
});

claim("stockpile name-history prints the names a player was seen with", async (t) => {
  const { id } = fake.addPlayer("Dev_Young");
  t.is((await ask("get-id", "Dev_Young")).code, 0);
  fake.addPlayer("Dev_Old", { id });
  t.is((await ask("get-id", "Dev_Old")).code, 0);
  const json = await ask("name-history", id, "--json");
  t.is(json.code, 0);
  const [young, old] = JSON.parse(json.stdout);
  t.deepEqual(Object.keys(young), ["name", "validUntil"]);
  t.is(young.validUntil, old.changedToAt);
  t.true(Math.abs(old.validUntil - NAME_HELD_MS - old.changedToAt) <= 1000);
  const { code, stdout, stderr } = await ask("name-history", "Dev_Old");
  t.is(stderr, "");
  t.is(code, 0);
  t.is(
    stdout,
    `┌───────────┬─────────────────────┬─────────────────────┐
│ Name      │ Seen from           │ Valid until         │
├───────────┼─────────────────────┼─────────────────────┤
│ Dev_Young │ -                   │ ${inTokyo(young.validUntil)} │
├───────────┼─────────────────────┼─────────────────────┤
│ Dev_Old   │ ${inTokyo(old.changedToAt)} │ ${inTokyo(old.validUntil)} │
└───────────┴─────────────────────┴─────────────────────┘
`,
  );
});

claim(
  "stockpile check-blacklist prints the addresses that are blocked, and is no failure where none is",
  async (t) => {
    fake.blockServers(
      ["*.blocked.example", "192.0.2.*"].map((text) => createHash("sha1").update(text).digest("hex")),
    );
    t.like(await ask("check-blacklist", "mc.blocked.example.", "fine.example", "192.0.2.7"), {
      code: 0,
      stdout: "mc.blocked.example. matches the blacklist\n192.0.2.7 matches the blacklist\n",
      stderr: "",
    });
    t.like(await ask("check-blacklist", "fine.example", "192.0.3.7"), {
      code: 0,
      stdout: "",
      stderr: "None of the addresses matches the blacklist\n",
    });
    const many = Array.from({ length: 101 }, (_none, index) => `s${index}.blocked.example`);
    const { code, stdout } = await ask("check-blacklist", "fine.example", ...many, "--json");
    t.is(code, 0);
    t.deepEqual(JSON.parse(stdout), [
      { address: "fine.example", isBlocked: false },
      ...many.map((address) => ({ address, isBlocked: true })),
    ]);
  },
);

claim(
  "stockpile login prints the profile of one who has joined, from where they have to come from",
  async (t) => {
    const { id } = fake.addPlayer("Dev_Alder");
    fake.join("Dev_Alder", "-7c9d5b0044c130109a5d7b5fb5c317c02b4e28c1", "192.0.2.7");
    const asked = ["login", "--server", url, "--", "Dev_Alder", "-7c9d5b0044c130109a5d7b5fb5c317c02b4e28c1"];
    const { code, stdout, stderr } = await runCommand(asked);
    t.is(stderr, "");
    t.is(code, 0);
    t.regex(stdout, new RegExp(`^┌─+┬─+┐\n│ Name +│ Dev_Alder +│\n│ Id +│ ${dashed(id)} +│\n│ Skin `));
    t.notRegex(stdout, /│ From /);
    const from = (ip: string): Promise<Ended> =>
      runCommand(["login", "--server", url, "--ip", ip, "--json", ...asked.slice(3)]);
    t.like(JSON.parse((await from("192.0.2.7")).stdout), { id: dashed(id), name: "Dev_Alder" });
    t.like(await from("192.0.2.8"), {
      code: 1,
      stdout: "",
      stderr: "Cannot log in: Mojang says that the player has not joined\n",
    });
  },
);

claim("what a server says does not drive the terminal", async (t) => {
  const evil = "E\u001b]0;x\u0007\u009b31m\u202evil";
  const { id } = fake.addPlayer(evil);
  const { code, stdout } = await ask("get-profile", id);
  t.is(code, 0);
  t.regex(stdout, /│ Name +│ E ]0;x 31m vil +│/);
  const json = await ask("get-profile", id, "--json");
  t.is(JSON.parse(json.stdout).name, evil);
  for (const text of [stdout, json.stdout]) {
    // oxlint-disable-next-line no-control-regex -- They are what must not be there.
    t.notRegex(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
});

claim("without a mojang section the server says what its configuration lacks", async (t) => {
  const { address } = await openServer(t);
  for (const args of [
    ["get-id", "x"],
    ["get-id", "x", "y"],
    ["get-profile", "x"],
    ["name-history", NOBODY],
    ["check-blacklist", "x"],
    ["login", "x", "y"],
  ]) {
    t.like(
      await runCommand([...args, "--server", address.url]),
      {
        code: 1,
        stdout: "",
        stderr: 'Cannot serve call: expected a section "mojang" in the configuration of this server\n',
      },
      args.join(" "),
    );
  }
});

claim("commands fail where nothing listens, and where something else answers", async (t) => {
  const other = createServer((_, response) => void response.end("<html>"));
  t.teardown(() => other.close());
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo; // It listens on a port.
  for (const args of [
    ["get-id", "x"],
    ["check-blacklist", "x"],
  ]) {
    const nobody = await runCommand([...args, "--server", "http://127.0.0.1:4"]);
    t.is(nobody.code, 1);
    t.is(nobody.stdout, "");
    t.is(
      nobody.stderr,
      'Cannot reach a server at http://127.0.0.1:4: nothing listens there: start one with "stockpile server", or name another with --server\n',
    );
    const html = await runCommand([...args, "--server", `http://127.0.0.1:${port}`]);
    t.is(html.code, 1);
    t.is(html.stdout, "");
    t.is(
      html.stderr,
      `Cannot read the answer of http://127.0.0.1:${port}/api/status: expected the status of a Stockpile server\n`,
    );
  }
  const wrong = await runCommand(["get-id", "x", "--server", url.replace("http:", "https:")]);
  t.is(wrong.code, 1);
  t.regex(wrong.stderr, /^Cannot reach a server at https:[^\n]+\n$/);
});

for (const [args, message] of [
  [["get-id"], "error: missing required argument 'name'"],
  [["get-profile"], "error: missing required argument 'player'"],
  [
    ["get-profile", "not-a-uuid"],
    "'not-a-uuid' is invalid for argument 'player': expected a UUID, or a name of 1 to 25",
  ],
  [["name-history", "0".repeat(31)], "is invalid for argument 'player': expected a UUID"],
  [["check-blacklist"], "error: missing required argument 'address'"],
  [["login", "x"], "error: missing required argument 'server-id'"],
  [["login", "x", "1", "--ip", "localhost"], "Expected an IP address."],
  [["get-id", "x", "--time", "yesterday"], 'Expected "now", or a time as in 2026-05-02T15:04:05Z.'],
  [["get-id", "x", "--time", "2026-05-02T15:04:05"], "Expected"],
  [["get-id", "x", "--time", "2026-13-02T15:04:05Z"], "Expected"],
  [
    ["get-id", "x", "y", "--time", "2026-05-02T15:04:05Z"],
    "error: option '--time <time>' takes a single name",
  ],
  [["get-id", "x", "--server", "localhost"], "Expected an http or https URL"],
] as const) {
  claim(`stockpile ${args.join(" ")} is a usage error`, async (t) => {
    const { code, stdout, stderr } = await runCommand(args);
    t.is(code, 2);
    t.is(stdout, "");
    t.true(stderr.includes(message), stderr);
    t.regex(stderr, /\(run "stockpile [a-z-]+ --help" for help\)\n$/);
  });
}

claim("the help of each names its options", async (t) => {
  for (const [command, options] of [
    ["get-id", ["--server", "--json", "--time"]],
    ["get-profile", ["--server", "--json"]],
    ["name-history", ["--server", "--json"]],
    ["check-blacklist", ["--server", "--json"]],
    ["login", ["--server", "--json", "--ip"]],
  ] as const) {
    const { code, stdout } = await runCommand([command, "--help"]);
    t.is(code, 0);
    for (const option of options) t.true(stdout.includes(option), `${command} ${option}`);
  }
});

// At the end: Mojang is left alone for a while after it.
claim("commands say why Mojang could not be asked, and end with 1", async (t) => {
  for (const fault of ["unavailable", "limited"] as const) {
    fake.fail(fault);
    for (const args of [
      ["get-id", "Never_Seen"],
      ["get-id", "Never_Seen", "Nor_This"],
      ["get-profile", "Never_Seen"],
      ["login", "Never_Seen", "abc"],
    ]) {
      const { code, stdout, stderr } = await ask(...args);
      t.is(code, 1, args.join(" "));
      t.is(stdout, "");
      t.regex(stderr, /^Cannot ask Mojang's (?:services|sessions): [^\n]+\n$/, args.join(" "));
    }
  }
});
