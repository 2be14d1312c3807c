import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test from "ava";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

test("the spans of requests, the cache, its backend and the loader form the trees that the README shows", async (t) => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["dist/examples/opentelemetry/main.js", "examples/opentelemetry/stockpile.json"],
    { cwd: REPOSITORY, timeout: 30_000 },
  );
  t.is(stderr, "");
  const readme = await readFile(join(REPOSITORY, "examples/opentelemetry/README.md"), "utf8");
  const [, shown = ""] = /```console\n(.*?)```/s.exec(readme) ?? [];
  t.is(stdout.trim(), shown.trim());
});
