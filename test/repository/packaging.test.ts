/** What the server is deployed with fits the server. */
import test from "ava";

import { checkConfig } from "../../src/host/main.js";
import { serverConfigSchema } from "../../src/server/server-config.js";
import type { ServerConfig } from "../../src/server/server-config.js";
import { openServer } from "../server/open-server.js";
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
    const { storage, plugins } = await checkConfig(config, { serverSchema: serverConfigSchema });
    t.is(storage.plugin, "file");
    t.deepEqual(
      plugins.map(({ name, startup }) => [name, startup]),
      [["file", "required"]],
    );
    t.is(config.server.token, "${env:STOCKPILE_TOKEN}");
  });
}

test("whoever stops the server waits longer than the server takes", (t) => {
  const [, unitSeconds] = /^TimeoutStopSec=(\d+)$/m.exec(UNIT) ?? [];
  t.true(Number(unitSeconds) * 1000 > serverOf(CONFIGS["packaging/systemd/stockpile.json"] ?? "").stop);
  const [, podSeconds] = /terminationGracePeriodSeconds: (\d+)/.exec(MANIFEST) ?? [];
  t.true(Number(podSeconds) * 1000 > serverOf(CONFIGS["packaging/kubernetes/stockpile.yaml"] ?? "").stop);
  // "docker stop" waits for 10 s.
  t.true(serverOf(CONFIGS["packaging/docker/stockpile.json"] ?? "").stop < 10_000);
});

test("a container listens where others reach it, on the port that is named everywhere", (t) => {
  for (const place of ["packaging/docker/stockpile.json", "packaging/kubernetes/stockpile.yaml"]) {
    const { host, port } = serverOf(CONFIGS[place] ?? "");
    t.is(host, "0.0.0.0");
    t.true(DOCKERFILE.includes(`EXPOSE ${port}\n`));
    t.true(MANIFEST.includes(`containerPort: ${port}\n`));
  }
});

test("every path that is probed or scraped is one that a server answers", async (t) => {
  const { address } = await openServer(t);
  const paths = [...MANIFEST.matchAll(/\bpath: (\/\S+)|io\/path: (\/\S+)/g)].map(
    ([, probed, scraped]) => probed ?? scraped ?? "",
  );
  t.deepEqual([...new Set(paths)].toSorted(), ["/livez", "/metrics", "/readyz"]);
  for (const path of paths) t.is((await send(address.url, path)).status, 200, path);
});

test("what the image is made of is there", (t) => {
  const copied = [...DOCKERFILE.matchAll(/^COPY (?:--from=build \/src\/)?(\S+) /gm)].map(
    ([, path = ""]) => path,
  );
  t.true(copied.length > 5);
  for (const path of copied) {
    if (path === "." || path === "node_modules" || path.startsWith("dist")) continue;
    t.true(repository.exists(path), path);
  }
});
