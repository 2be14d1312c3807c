/** The web page's files, as they are served. */
import test from "ava";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pino } from "pino";
import { gunzipSync, gzipSync } from "node:zlib";

import { PageFiles } from "../../../src/server/page/page-files.js";
import { ROOT } from "../../cli/run-command.js";
import { temporaryFolder } from "../../cli/write-config.js";
import { openServer, withServerSection } from "../open-server.js";
import { errorOf, send } from "../send.js";

const PAGE = join(ROOT, "dist/page");

/** What of the page a browser loads, by its names in the page. */
function assetsOf(html: string): string[] {
  return [...html.matchAll(/(?:href|src)="([^"./]+\.(?:js|css|svg))"/g)].map(([, name = ""]) => name);
}

test("GET /ui/ answers a page that takes its parts from this server alone, and is shown in no frame", async (t) => {
  const { address } = await openServer(t);
  const sent = await send(address.url, "/ui/");
  t.is(sent.status, 200);
  t.is(sent.headers["content-type"], "text/html; charset=utf-8");
  t.is(sent.headers["cache-control"], "no-store");
  t.is(sent.headers["referrer-policy"], "no-referrer");
  t.is(
    sent.headers["content-security-policy"],
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  const html = sent.body.toString();
  t.notRegex(html, /<script>|<style|\son\w+=|style=|https?:|%/);
  t.is(assetsOf(html).length, 3);
});

test("the parts of the page have names that change with them, and may be kept for ever", async (t) => {
  const { address } = await openServer(t);
  const assets = assetsOf((await send(address.url, "/ui/")).body.toString());
  const types: string[] = [];
  for (const name of assets) {
    t.regex(name, /-[A-Z0-9]{8}\.\w+$/);
    const sent = await send(address.url, `/ui/${name}`);
    t.is(sent.status, 200);
    t.is(sent.headers["cache-control"], "public, max-age=31536000, immutable");
    t.is(sent.headers["x-content-type-options"], "nosniff");
    types.push(String(sent.headers["content-type"]));
    const gzipped = await send(address.url, `/ui/${name}`, { headers: { "accept-encoding": "br, gzip" } });
    t.is(gzipped.headers["content-encoding"], "gzip");
    t.is(gzipped.headers.vary, "accept-encoding");
    t.deepEqual(gunzipSync(gzipped.body), sent.body);
    const plain = await send(address.url, `/ui/${name}`, { headers: { "accept-encoding": "gzip;q=0, br" } });
    t.is(plain.headers["content-encoding"], undefined);
  }
  t.deepEqual(types.toSorted(), [
    "image/svg+xml",
    "text/css; charset=utf-8",
    "text/javascript; charset=utf-8",
  ]);
});

test("/ and /ui lead to /ui/, and no other path below it to a file", async (t) => {
  const { address } = await openServer(t);
  const sent = await send(address.url, "/ui");
  t.is(sent.status, 308);
  t.is(sent.headers.location, "ui/");
  const root = await send(address.url, "/");
  t.is(root.status, 302);
  t.is(root.headers.location, "ui/");
  for (const path of [
    "/ui/index.html",
    "/ui/absent.js",
    "/ui/..%2fpackage.json",
    "/ui/%2e%2e/package.json",
    "/ui/constructor",
    "/ui/a/b",
    "/ui//",
  ]) {
    const refused = await send(address.url, path);
    t.is(refused.status, 404, path);
    t.is(errorOf(refused).code, "STOCKPILE_ROUTE_UNKNOWN");
  }
  t.is((await send(address.url, "/ui/", { method: "POST" })).status, 405);
  const head = await send(address.url, "/ui/", { method: "HEAD" });
  t.is(head.status, 200);
  t.is(head.body.length, 0);
});

test('with "ui": false there is no page, and the rest is as ever', async (t) => {
  const { address } = await openServer(t, { config: withServerSection({ ui: false }) });
  t.is((await send(address.url, "/ui/")).status, 404);
  t.is((await send(address.url, "/ui")).status, 404);
  t.is((await send(address.url, "/")).status, 404);
  t.is((await send(address.url, "/api/history")).status, 200);
});

test("a server whose page is not there says so once, and serves the rest", (t) => {
  const lines: string[] = [];
  const logger = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const files = PageFiles.read(logger, pathToFileURL(join(temporaryFolder(t), "absent/")));
  t.is(files.find("index.html"), undefined);
  t.is(lines.length, 1);
  t.regex(lines[0] ?? "", /Serves no web page: its files are not there/);
});

test("a browser loads less than 60 kB of it, packed, as docs/web-page.md says", (t) => {
  const html = readFileSync(join(PAGE, "index.html"), "utf8");
  const names = ["index.html", ...assetsOf(html)];
  const bytes = names.map((name) => gzipSync(readFileSync(join(PAGE, name))).length);
  const total = bytes.reduce((sum, each) => sum + each, 0);
  t.true(total < 60_000, `${total} bytes`);
  t.regex(readFileSync(join(ROOT, "docs/web-page.md"), "utf8"), /Less than 60 kB, packed/);
});

test("built again, it is the same to the byte", (t) => {
  const folder = join(temporaryFolder(t), "page");
  const { status, stderr } = spawnSync(process.execPath, ["scripts/build-ui.mjs", folder], {
    cwd: ROOT,
    encoding: "utf8",
  });
  t.is(status, 0, stderr);
  const names = readdirSync(folder).toSorted();
  t.deepEqual(names, readdirSync(PAGE).toSorted());
  for (const name of names)
    t.true(readFileSync(join(folder, name)).equals(readFileSync(join(PAGE, name))), name);
});

test("what is bundled has its licence beside it", (t) => {
  const licences = readFileSync(join(PAGE, "licenses.txt"), "utf8");
  for (const pattern of [/^preact \d.*\(MIT\)$/m, /^uplot \d.*\(MIT\)$/m]) t.regex(licences, pattern);
  t.is(licences.match(/Permission is hereby granted/g)?.length, 2);
});

test("the package has the page, and not the modules it is made of", (t) => {
  const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const paths = new Set([...stdout.matchAll(/"path": "([^"]+)"/g)].map(([, path = ""]) => path));
  t.true(paths.has("dist/src/server/main.js"), stdout.slice(0, 1000));
  for (const name of readdirSync(PAGE)) t.true(paths.has(`dist/page/${name}`), name);
  t.deepEqual(
    [...paths].filter((path) => path.startsWith("dist/src/ui/")),
    [],
  );
});
