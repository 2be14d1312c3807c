/** `stockpile listen`, from what Mojang says to the line that is printed, over connections that are cut. */
import test from "ava";
import type { ExecutionContext } from "ava";

import type { FakeMojang } from "../../../src/mojang/main.js";
import type { RunningServer } from "../../../src/server/main.js";
import { openMojangServer } from "../../server/mojang/open-mojang-server.js";
import { send } from "../../server/send.js";
import { CuttableProxy } from "../../support/cuttable-proxy.js";
import { until } from "../../support/until.js";
import { RunningCommand } from "../run-command.js";
import { hasListener } from "./has-listener.js";

/** Of a command on a machine that does other work too. */
const PATIENCE_MS = 60_000;

/** One after the other: each takes a process, which a machine that runs many is late with. */
function claim(title: string, body: (t: ExecutionContext) => Promise<void>): void {
  test.serial(title, async (t) => {
    t.timeout(240_000);
    await body(t);
  });
}

/** A command that listens to a server by way of a proxy, and a Mojang behind that server. */
interface Listening {
  readonly command: RunningCommand;
  readonly proxy: CuttableProxy;
  readonly server: RunningServer;
  readonly fake: FakeMojang;
}

async function openListening(t: ExecutionContext, ...args: readonly string[]): Promise<Listening> {
  const { server, fake } = await openMojangServer(t);
  const proxy = await CuttableProxy.open(t, server.address.port);
  const command = new RunningCommand(["listen", "--server", proxy.url, ...args]).read();
  t.teardown(() => command.child.kill("SIGKILL"));
  await hasListener(t, server);
  return { command, proxy, server, fake };
}

/** Has the server ask Mojang who has this name; answers the id, with dashes. */
async function lookUp(t: ExecutionContext, { server, fake }: Listening, name: string): Promise<string> {
  const { id } = fake.addPlayer(name);
  const { status, body } = await send(server.address.url, `/users/profiles/minecraft/${name}`);
  t.is(status, 200);
  t.is(JSON.parse(body.toString()).id, id);
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Cuts the connection, has something happen that the command cannot hear of, and lets it come back. */
async function lookUpWhileCut(t: ExecutionContext, listening: Listening, name: string): Promise<string> {
  const { command, proxy } = listening;
  proxy.cut();
  await until("the command to notice", () => command.stderr.includes("connecting again"), PATIENCE_MS);
  const id = await lookUp(t, listening, name);
  t.false(command.stdout.includes(name));
  proxy.mend();
  return id;
}

claim("stockpile listen tells of a look-up at Mojang, and after a cut of what it has missed", async (t) => {
  const listening = await openListening(t);
  const { command } = listening;
  const alder = await lookUp(t, listening, "Dev_Alder");
  await command.printed(new RegExp(`history of profile ${alder}`), PATIENCE_MS);
  const birch = await lookUpWhileCut(t, listening, "Dev_Birch");
  await command.printed(new RegExp(`history of profile ${birch}`), PATIENCE_MS);
  // From here on it hears again of what happens.
  const cedar = await lookUp(t, listening, "Dev_Cedar");
  await command.printed(new RegExp(`history of profile ${cedar}`), PATIENCE_MS);
  const lines = command.stdout.trimEnd().split("\n");
  for (const line of lines) t.regex(line, /^\[\d\d:\d\d:\d\d\] \S/);
  t.deepEqual(
    lines.map((line) => line.replace(/^\[[\d:]+\] /, "")),
    [
      `updated name "Dev_Alder" to profile ${alder}`,
      `updated name history of profile ${alder}`,
      `updated name "Dev_Birch" to profile ${birch}`,
      `updated name history of profile ${birch}`,
      `updated name "Dev_Cedar" to profile ${cedar}`,
      `updated name history of profile ${cedar}`,
    ],
  );
  t.is(command.stderr, "The connection has ended: connecting again\n");
});

claim("stockpile listen --json has each event once and in order, those of a cut included", async (t) => {
  const listening = await openListening(t, "--json");
  const { command } = listening;
  const since = Date.now();
  const alder = await lookUp(t, listening, "Dev_Alder");
  await command.printed(new RegExp(`"NAME_HISTORY","id":"${plain(alder)}"`), PATIENCE_MS);
  const birch = await lookUpWhileCut(t, listening, "Dev_Birch");
  await command.printed(new RegExp(`"NAME_HISTORY","id":"${plain(birch)}"`), PATIENCE_MS);
  const events = command.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  t.is(events.length, 4, command.stdout);
  const runs = new Set(events.map(({ id }) => id.replace(/-\d+$/, "")));
  t.is(runs.size, 1);
  const numbers = events.map(({ id }) => Number(id.replace(/^.*-/, "")));
  const [first = 0] = numbers;
  t.deepEqual(numbers, [first, first + 1, first + 2, first + 3]);
  for (const [index, [name, id]] of [
    ["Dev_Alder", plain(alder)],
    ["Dev_Birch", plain(birch)],
  ].entries()) {
    const [named, history] = events.slice(index * 2);
    t.like(named, { type: "entry", data: { type: "PROFILE_ID", key: { name }, profileId: { id, name } } });
    t.like(history, { type: "entry", data: { type: "NAME_HISTORY", id } });
    // When it happened, and not when it was heard of.
    for (const { at } of [named.data, history.data]) t.true(at >= since && at <= Date.now());
  }
});

/** An id as Mojang writes it. */
function plain(id: string): string {
  return id.replaceAll("-", "");
}
