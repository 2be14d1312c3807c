/** The walk through examples/built-plugin/README.md, command by command. */
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test from "ava";
import { readSnippets } from "../documents/read-snippets.js";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const EXAMPLE = join(REPOSITORY, "examples/built-plugin");

/** What is another with another version of a dependency or of esbuild. */
function withoutFigures(text: string): string {
  return text
    .replace(/@[\d.]+$/m, "@…")
    .replace(/[\d,]+ bytes/, "… bytes")
    .replace(/[0-9a-f]{64}/, "…");
}

test("the commands of the README build the plugin and print what it says", async (t) => {
  t.teardown(() => rm(join(EXAMPLE, "plugins"), { recursive: true, force: true }));
  const snippets = readSnippets(await readFile(join(EXAMPLE, "README.md"), "utf8"));
  const commands =
    snippets
      .find(({ language }) => language === "sh")
      ?.code.trim()
      .split("\n") ?? [];
  // Done already: this test is a part of what it makes.
  t.is(commands.shift(), "npm run build");
  t.is(commands.length, 2);

  let printed = "";
  for (const command of commands) {
    const [program, ...args] = command.split(" ");
    t.is(program, "node");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      cwd: REPOSITORY,
      timeout: 30_000,
    });
    t.is(stderr, "");
    printed += stdout;
  }
  t.is(
    withoutFigures(printed),
    withoutFigures(snippets.find(({ language }) => language === "text")?.code ?? ""),
  );
});
