/** What the server is deployed with fits the server. */
import test from "ava";
import { spawn } from "node:child_process";
import { once } from "node:events";

import { checkConfig } from "../../src/host/main.js";
import { sectionSchemas } from "../../src/server/section-schemas.js";
import { serverConfigSchema } from "../../src/server/server-config.js";
import type { ServerConfig } from "../../src/server/server-config.js";
import { openServer, withServerSection } from "../server/open-server.js";
import { send } from "../server/send.js";
import { repository } from "./repository.js";

const UNIT = repository.read("packaging/systemd/stockpile.service");
const DOCKERFILE = repository.read("packaging/docker/Dockerfile");
const MANIFEST = repository.read("packaging/kubernetes/stockpile.yaml");

/** Every configuration, by where it is. */
const CONFIGS: Readonly<Record<string, string>> = {
  "packaging/systemd/stockpile.json": repository.read("packaging/systemd/stockpile.json"),
  "packaging/docker/stockpile.json": repository.read("packaging/docker/stockpile.json"),
  "packaging/kubernetes/stockpile.yaml": /stockpile\.json: \|\n((?: {4}.*\n)+)/.exec(MANIFEST)?.[1] ?? "",
};

test.before(() => {
  process.env["STOCKPILE_TOKEN"] = "0123456789abcdef";
});

function serverOf(text: string): ServerConfig {
  const { server } = JSON.parse(text) as { server: object };
  return serverConfigSchema.parse({ ...server, token: "0123456789abcdef" });
}

for (const [place, text] of Object.entries(CONFIGS)) {
  test(`the configuration of ${place} is right, and has a token that lies elsewhere`, async (t) => {
    const config = JSON.parse(text) as { server: { token: string } };
    const { storage, plugins } = await checkConfig(config, sectionSchemas);
    t.is(storage.plugin, "lmdb");
    t.deepEqual(
      plugins.map(({ name, startup }) => [name, startup]),
      [["lmdb", "required"]],
    );
    t.is(config.server.token, "${env:STOCKPILE_TOKEN}");
  });
}

test("every configuration has the server cache what Mojang says", (t) => {
  for (const [place, text] of Object.entries(CONFIGS))
    t.true("mojang" in (JSON.parse(text) as object), place);
});

test("whoever stops the server waits longer than the server takes", (t) => {
  const takes = (place: string): number => {
    const { drain = 0, stop } = serverOf(CONFIGS[place] ?? "");
    return drain + stop;
  };
  const [, unitSeconds] = /^TimeoutStopSec=(\d+)$/m.exec(UNIT) ?? [];
  t.true(Number(unitSeconds) * 1000 > takes("packaging/systemd/stockpile.json"));
  const [, podSeconds] = /terminationGracePeriodSeconds: (\d+)/.exec(MANIFEST) ?? [];
  t.true(Number(podSeconds) * 1000 > takes("packaging/kubernetes/stockpile.yaml"));
  // "docker stop" waits for 10 s.
  t.true(takes("packaging/docker/stockpile.json") < 10_000);
});

test("what ends with a wrong configuration is not started again", (t) => {
  t.regex(UNIT, /^RestartPreventExitStatus=78$/m);
});

test("a container listens where others reach it, on the port that is named everywhere", (t) => {
  for (const place of ["packaging/docker/stockpile.json", "packaging/kubernetes/stockpile.yaml"]) {
    const { host, port } = serverOf(CONFIGS[place] ?? "");
    t.is(host, "0.0.0.0");
    t.true(DOCKERFILE.includes(`EXPOSE ${port}\n`));
    t.true(MANIFEST.includes(`containerPort: ${port}\n`));
  }
});

test("a container is asked by the name that its service has, and by no web page's own", (t) => {
  for (const place of ["packaging/docker/stockpile.json", "packaging/kubernetes/stockpile.yaml"])
    t.deepEqual(serverOf(CONFIGS[place] ?? "").hosts, ["stockpile"], place);
  t.regex(MANIFEST, /^kind: Service\nmetadata:\n {2}name: stockpile$/m);
  t.true(repository.read("docs/deploying.md").includes("`http://stockpile:36623`"));
});

test("every path that is probed or scraped is one that a server answers", async (t) => {
  const { address } = await openServer(t);
  const paths = [...MANIFEST.matchAll(/\bpath: (\/\S+)|io\/path: (\/\S+)/g)].map(
    ([, probed, scraped]) => probed ?? scraped ?? "",
  );
  t.deepEqual([...new Set(paths)].toSorted(), ["/livez", "/metrics", "/readyz"]);
  for (const path of paths) t.is((await send(address.url, path)).status, 200, path);
});

test("the image has all that the package has for the server, and each of it is there", (t) => {
  const copied = [...DOCKERFILE.matchAll(/^COPY (?:--from=build \/src\/)?(\S+) /gm)].map(
    ([, path = ""]) => path,
  );
  const { files } = JSON.parse(repository.read("package.json")) as { files: readonly string[] };
  const forPeople = ["docs", "packaging", "CHANGELOG.md"];
  const needed = files.filter((path) => !path.startsWith("!") && !forPeople.includes(path));
  t.deepEqual(
    needed.filter((path) => !copied.includes(path)),
    [],
  );
  for (const path of copied) {
    if (path === "." || path === "node_modules" || path.startsWith("dist")) continue;
    t.true(repository.exists(path), path);
  }
});

/** How the image's health check ends, for a server at that address. */
async function checkHealth(url: string): Promise<number | null> {
  const script = repository.path("packaging/docker/healthcheck.mjs");
  const child = spawn(process.execPath, [script], { env: { ...process.env, STOCKPILE_SERVER: url } });
  await once(child, "close");
  return child.exitCode;
}

test("the image's health check asks whether the server answers, over TLS as well", async (t) => {
  t.true(DOCKERFILE.includes('"/opt/stockpile/healthcheck.mjs"'));
  const config = { plugins: { memory: { startup: "required" } }, storage: { plugin: "memory" } };
  const server = await openServer(t, { config });
  // Down is no reason to restart it.
  await server.stockpile.plugins.stop("memory");
  t.is(await checkHealth(server.address.url), 0);
  await server.close();
  t.is(await checkHealth(server.address.url), 1);
  const folder = repository.path("test/server/certificates");
  const tls = { certificate: `${folder}/first.crt`, key: `${folder}/first.key` };
  const { address } = await openServer(t, { config: withServerSection({ tls }) });
  t.is(await checkHealth(address.url), 0);
});
