/** What clients send is not kept, whatever it is. */
import test from "ava";

import { heldBytes } from "../support/held-bytes.js";
import { openServer, withServerSection } from "./open-server.js";
import { send } from "./send.js";

const MEGABYTE = 1_048_576;
/** Above what garbage and the compiler leave behind, below a trace of some kB of each request. */
const MAX_GROWTH_BYTES = 6 * MEGABYTE;
const REQUESTS = 1_500;

/** Each with parts that were never sent before; as long as they may be, where that is no hindrance. */
async function sendOnce(url: string, number: number): Promise<void> {
  const unique = `${number}-${"x".repeat(800)}`;
  const requests = [
    ["GET", `/cache/player/${unique}`],
    ["GET", `/cache/${unique}/x`],
    ["GET", `/cache/made-up-${number}/x`],
    ["GET", `/${unique}`],
    ["GET", `/api/plugins/${unique}`],
    ["GET", `/api/categories/player/entries/${unique}`],
    ["PROPFIND", `/cache/player/${unique}`],
    ["PUT", `/cache/player/${unique}`],
    ["POST", `/api/plugins/${unique}/restart`],
  ] as const;
  const [method, path] = requests[number % requests.length] ?? requests[0];
  const body = method === "PUT" ? { body: Buffer.alloc(50_000) } : {};
  await send(url, path, {
    method,
    headers: { "x-unique": unique, authorization: `Bearer ${unique}` },
    ...body,
  });
}

test("memory does not grow with what clients send", async (t) => {
  // Categories are kept, as many as may be: those are there before anything is measured.
  const section = { maxBodyBytes: 10_000, maxCategories: 10, openWrites: false, token: "0123456789abcdef" };
  const { address } = await openServer(t, { config: withServerSection(section) });
  for (let number = 0; number < REQUESTS / 2; number += 1) await sendOnce(address.url, number);
  const before = await heldBytes();
  for (let number = 0; number < REQUESTS; number += 1) await sendOnce(address.url, REQUESTS + number);
  const grownBytes = (await heldBytes()) - before;
  t.log(`${(grownBytes / MEGABYTE).toFixed(2)} MB after ${REQUESTS} requests`);
  t.true(grownBytes < MAX_GROWTH_BYTES);
  t.is((await send(address.url, "/livez")).status, 200);
});
