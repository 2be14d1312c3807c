/** What `stockpile config check` says of the files of `server.tls`. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { runCommand } from "./run-command.js";
import { temporaryFolder } from "./write-config.js";

const CERTIFICATES = fileURLToPath(new URL("../../../test/server/certificates/", import.meta.url));

/** A folder with a configuration that names these files of its own. */
function folderWith(t: ExecutionContext, certificate: string, key: string): string {
  const folder = temporaryFolder(t);
  for (const name of ["first.crt", "first.key", "second.key"])
    copyFileSync(join(CERTIFICATES, name), join(folder, name));
  writeFileSync(join(folder, "text"), "no PEM");
  writeFileSync(join(folder, "stockpile.json"), JSON.stringify({ server: { tls: { certificate, key } } }));
  return folder;
}

function check(cwd: string, path = "stockpile.json"): ReturnType<typeof runCommand> {
  return runCommand(["config", "check", path], { cwd });
}

test("files that can be used are right, beside the configuration, wherever that is checked from", async (t) => {
  const folder = folderWith(t, "first.crt", "first.key");
  t.like(await check(folder), { code: 0, stderr: "" });
  t.like(await check(CERTIFICATES, folder), { code: 0, stderr: "" });
});

test("files that cannot be read here are warned of, and the configuration is right", async (t) => {
  const warning = (setting: string, code: string): string =>
    `Warning: Cannot check server.tls.${setting}: the file cannot be read here: ${code}\n`;
  const one = await check(folderWith(t, "first.crt", "absent.key"));
  t.like(one, { code: 0, stderr: warning("key", "ENOENT") });
  t.true(one.stdout.includes("stockpile.json is right\n"), one.stdout);
  const both = warning("certificate", "ENOENT") + warning("key", "EISDIR");
  t.like(await check(folderWith(t, "absent.crt", ".")), { code: 0, stderr: both });
});

test("what can be read and cannot be used is a mistake, also where the other file cannot be read", async (t) => {
  for (const [certificate, key] of [
    ["first.crt", "second.key"],
    ["text", "first.key"],
    ["text", "absent.key"],
    ["absent.crt", "text"],
  ] as const) {
    const { code, stderr } = await check(folderWith(t, certificate, key));
    t.is(code, 1, `${certificate} ${key}`);
    t.true(stderr.includes("\n  server.tls: a certificate and its key were expected, as PEM: "), stderr);
  }
});
