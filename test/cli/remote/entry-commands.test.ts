/** `stockpile cache get` of categories that are not HTTP's. */
import test from "ava";

import type { Category } from "../../../src/host/main.js";
import { openServer } from "../../server/open-server.js";
import { runCommand } from "../run-command.js";
import type { Ended } from "../run-command.js";

const bytes = Buffer.from([0, 255, 10, 13, 128]);

test("what an application has stored is printed as it is, whichever codec it has", async (t) => {
  const { address, stockpile } = await openServer(t);
  const get = (category: string, key: string): Promise<Ended> =>
    runCommand(["cache", "get", category, key, "--server", address.url]);
  const raw: Category<Uint8Array> = stockpile.category("raw", { codec: "bytes" });
  await raw.set("text", Buffer.from("hällo"));
  await raw.set("bytes", bytes);
  await raw.set("large", Buffer.alloc(70_000));
  const own: Category<unknown> = stockpile.category("own");
  await own.set("x", { a: "\u009b2J" });
  await own.set("large", "a".repeat(70_000));

  t.like(await get("raw", "text"), { code: 0, stdout: "hällo", stderr: "" });
  t.like(await get("raw", "bytes"), { code: 0, stdout: bytes.toString("utf8"), stderr: "" });
  t.like(await get("own", "x"), { code: 0, stdout: '{\n  "a": "\\u009b2J"\n}\n', stderr: "" });
  const stderr = "Cannot print the value: it is too large, or no JSON data\n";
  t.like(await get("raw", "large"), { code: 1, stdout: "", stderr });
  t.like(await get("own", "large"), { code: 1, stdout: "", stderr });
});
