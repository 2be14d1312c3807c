/** What the README says to compact a folder with, as it stands there. */
import { execFile } from "node:child_process";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { readSnippets } from "../../documents/read-snippets.js";
import { repository } from "../../repository/repository.js";
import { at } from "../support/entries.js";
import { openLife } from "./open-life.js";

test("the README's program makes the file smaller and keeps every entry", async (t) => {
  const [program] = readSnippets(repository.read("plugins/lmdb/README.md")).filter(
    ({ mark }) => mark?.name === "run by" && mark.text.endsWith("compact.test.ts"),
  );
  const { backend, root } = await openLife(t);
  for (let index = 0; index < 40; index += 1) {
    await backend.put(at(`${index}`), { value: new Uint8Array(100_000) });
  }
  for (let index = 1; index < 40; index += 1) await backend.purge(at(`${index}`));
  await backend.close();
  const file = join(root, "data.mdb");
  const before = statSync(file).size;
  // Beside this test, from where the package is found.
  const script = new URL("compact-of-readme.mjs", import.meta.url).pathname;
  t.teardown(() => rmSync(script));
  writeFileSync(script, program?.code ?? "");
  await promisify(execFile)(process.execPath, [script, root]);
  const after = statSync(file).size;
  t.true(after < before / 4, `${before} bytes before, ${after} after`);
  const next = await openLife(t, { root });
  t.is(next.backend.get(at("0"))?.value.byteLength, 100_000);
  t.deepEqual(next.backend.scan({ category: "player", limit: 10 }).keys, ["0"]);
});
