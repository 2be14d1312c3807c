import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test from "ava";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));

test("a plugin that blocks twice on one key is given two new lives, and that key is refused from then on", async (t) => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["dist/examples/custom-plugin/main.js", "examples/custom-plugin/stockpile.json"],
    { cwd: REPOSITORY, timeout: 30_000 },
  );
  const [well = "", first = "", second = "", refused = ""] = stdout.split("\n\n");

  t.regex(well, /left-boot comes from the loader.*\n.*left-boot comes from the backend/);
  t.regex(well, /health: ok; plugin "shelf" is ready in life 1/);
  for (const [index, part] of [first, second].entries()) {
    t.regex(part, /aaaaaaaaaaaa comes from the loader.*\n\s+STOCKPILE_BACKEND_TIMEOUT: /);
    t.regex(part, new RegExp(`plugin "shelf" is ready in life ${index + 2}\\n\\s+last failure: hang: `));
  }
  t.regex(refused, /aaaaaaaaaaaa comes from the loader.*\n\s+STOCKPILE_PLUGIN_UNAVAILABLE: .*it is refused/);
  t.regex(refused, /right-boot comes from the loader.*\n.*right-boot comes from the backend/);
  t.regex(refused, /is ready in life 3/);
  t.is(stderr.match(/"kind":"hang","call":\{"operation":"get","category":"part"\}/g)?.length, 2);
});
