/** `ownsGlobals`: for good, and for the whole process, so that these run one after the other. */
import test from "ava";
import type { ExecutionContext } from "ava";

import { openServer, withServerSection } from "./open-server.js";
import { send } from "./send.js";
import type { Sent, SendOptions } from "./send.js";

const { Request: ownRequest, Response: ownResponse } = globalThis;

/** Of every kind of answer one: with and without a body, of text and of bytes, from a handler and from an error. */
const ASKED: readonly (readonly [path: string, options?: SendOptions])[] = [
  ["/cache/page/one", { method: "PUT", body: new Uint8Array([0, 255, 128]) }],
  ["/cache/page/one"],
  ["/cache/page/one", { method: "HEAD" }],
  ["/cache/page/one", { method: "DELETE" }],
  ["/cache/page/one"],
  ["/cache/page/empty", { method: "PUT", body: "" }],
  ["/cache/page/empty"],
  ["/cache/page/one", { method: "POST", body: "x" }],
  ["/cache/page/one", { headers: { host: "elsewhere.example.org" } }],
  ["/cache/page/large", { method: "PUT", body: "x".repeat(2000) }],
  ["/livez"],
  ["/livez", { method: "HEAD" }],
  ["/nowhere"],
  ["/api/openapi.json"],
  ["/api/status", { method: "OPTIONS", headers: { origin: "https://a.example.org" } }],
  ["/livez", { headers: { origin: "https://a.example.org" } }],
  ["/ui/"],
];

/** What is answered, without what changes from time to time. */
async function answersOf(t: ExecutionContext, ownsGlobals: boolean): Promise<Sent[]> {
  const config = withServerSection({ cors: ["https://a.example.org"], maxBodyBytes: 1000 });
  const { address } = await openServer(t, { config, ownsGlobals });
  const answers: Sent[] = [];
  for (const [path, options] of ASKED) {
    const { headers, ...answer } = await send(address.url, path, options);
    const { date: _, age: __, ...lasting } = headers;
    answers.push({ ...answer, headers: lasting });
  }
  return answers;
}

test.serial(
  "a server answers the same with the globals Request and Response of others and with its own",
  async (t) => {
    const before = await answersOf(t, false);
    t.is(globalThis.Request, ownRequest);
    t.is(globalThis.Response, ownResponse);
    const after = await answersOf(t, true);
    t.not(globalThis.Request, ownRequest);
    t.not(globalThis.Response, ownResponse);
    t.deepEqual(after, before);
    const statuses = new Set(before.map(({ status }) => status));
    for (const status of [200, 204, 404, 405, 413, 421]) t.true(statuses.has(status), `${status}`);
  },
);

test.serial("a server that owns the globals streams events as they happen", async (t) => {
  const { address, stockpile } = await openServer(t, { ownsGlobals: true });
  const response = await fetch(`${address.url}/api/events`);
  t.regex(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const reader = response.body?.getReader() ?? t.fail();
  await stockpile.plugins.restart("memory");
  let text = "";
  while (!text.includes("event: plugin")) {
    const { done, value } = await reader.read();
    if (done) return t.fail(`The stream ended after ${text}`);
    text += Buffer.from(value).toString();
  }
  await reader.cancel();
  t.regex(text, /"plugin":"memory"/);
});
