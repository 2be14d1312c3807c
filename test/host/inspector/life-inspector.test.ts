import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import test from "ava";
import { pino } from "pino";
import { LifeInspector } from "../../../src/host/inspector/life-inspector.js";
import { until } from "../../support/until.js";

const ID = "0f2c936f-b1cd-4ac9-aab3-f63b0f33d55e";
const ADDRESS = `ws://127.0.0.1:9/${ID}`;

function makeInspector(port: number): { inspector: LifeInspector; lines: { level: number; msg: string }[] } {
  const lines: { level: number; msg: string }[] = [];
  const logger = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
  return { inspector: new LifeInspector({ port, logger }), lines };
}

test("offer() takes the address of an inspector on this machine once, and no other", async (t) => {
  const { inspector } = makeInspector(0);
  const wrong: unknown[] = [
    null,
    9229,
    {},
    "",
    ADDRESS.replace("127.0.0.1", "192.0.2.1"),
    ADDRESS.replace("ws:", "http:"),
    ADDRESS.replace(":9/", ":65536/"),
    `${ADDRESS}/..`,
    `ws://127.0.0.1:9/${"x".repeat(36)}`,
    `ws://127.0.0.1:9/${ID}${" ".repeat(100)}`,
  ];
  for (const address of wrong) t.false(inspector.offer(address), String(address));
  t.true(inspector.offer(ADDRESS));
  t.false(inspector.offer(ADDRESS));
  const url = await until("an address", () => inspector.url);
  t.regex(url, new RegExp(String.raw`^ws://127\.0\.0\.1:\d+/${ID}$`));
  t.true(inspector.offer(undefined));
  t.is(inspector.url, undefined);
});

test("offer() says in the log that another program has the port, and does without", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  t.teardown(() => other.close());
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { inspector, lines } = makeInspector(port);
  t.true(inspector.offer(ADDRESS));
  const { level, msg } = await until("a line", () => lines[0]);
  t.is(level, 40);
  t.is(msg, `No debugger can attach on port ${port}: it is in use by another program`);
  t.is(inspector.url, undefined);
  inspector.close();
});

test("close() before anything was said is final", async (t) => {
  const { inspector, lines } = makeInspector(0);
  inspector.close();
  inspector.close();
  t.true(inspector.offer(ADDRESS));
  await setImmediate();
  t.is(inspector.url, undefined);
  t.deepEqual(lines, []);
});
