import test from "ava";
import type { ExecutionContext } from "ava";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import { openServer } from "../server/open-server.js";
import { runCommand } from "./run-command.js";

async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  t.teardown(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // It listens on a port.
  return `http://127.0.0.1:${port}`;
}

test("stockpile plugins prints a table of the server's plugins", async (t) => {
  const { address } = await openServer(t);
  const { code, stdout, stderr } = await runCommand(["plugins", "--server", address.url]);
  t.is(code, 0);
  t.is(stderr, "");
  t.regex(
    stdout,
    /│ Plugin +│ Name +│ Version +│ Authors +│ Website +│ Isolation +│ State +│ Lives +│ Restarts +│ Last failure +│/,
  );
  t.regex(stdout, /│ memory +│ Memory +│ \d+\.\d+\.\d+ +│ [^│]+│ [^│]+│ thread +│ ready +│ 1 +│ 0 +│ - +│/);
  t.false(stdout.includes("\u001b"), "no colours where there is no terminal");
});

test("stockpile plugins --json prints what the server's health says of its plugins", async (t) => {
  const { address, stockpile } = await openServer(t);
  const { code, stdout } = await runCommand(["plugins", "--server", `${address.url}/`, "--json"]);
  t.is(code, 0);
  const [plugin] = JSON.parse(stdout);
  const { name, metadata, lives } = stockpile.health().plugins[0] ?? {};
  t.like(plugin, { name, lives, state: "ready" });
  t.deepEqual(plugin.metadata, JSON.parse(JSON.stringify(metadata)));
});

test("stockpile plugins shows the plugins of a server that is down", async (t) => {
  const backends = [{ id: "main", openFailure: "It is shut" }];
  const plugins = [{ name: "redis", state: "quarantined", lives: 6, restarts: 5, backends }];
  const url = await serve(t, (_, response) => {
    response.writeHead(503).end(JSON.stringify({ status: "down", at: 0, plugins, categories: [] }));
  });
  const { code, stdout } = await runCommand(["plugins", "--server", url]);
  t.is(code, 0);
  t.regex(stdout, /redis .* quarantined .* It is shut/);
});

test("stockpile plugins fails where nothing listens, and says what to do", async (t) => {
  const { code, stdout, stderr } = await runCommand(["plugins", "--server", "http://127.0.0.1:4"]);
  t.is(code, 1);
  t.is(stdout, "");
  t.regex(
    stderr,
    /^Cannot reach a server at http:\/\/127\.0\.0\.1:4: .*start one with "stockpile server"[^\n]*\n$/,
  );
});

for (const [what, answer] of Object.entries({
  "no JSON": "<html>",
  "other JSON": '{"status":"ok"}',
  "plugins of another form": '{"at":0,"plugins":[{"name":1}]}',
})) {
  test(`stockpile plugins fails where something else answers ${what}`, async (t) => {
    const url = await serve(t, (_, response) => void response.end(answer));
    const { code, stderr } = await runCommand(["plugins", "--server", url]);
    t.is(code, 1);
    t.regex(
      stderr,
      /^Cannot read the answer of http:\S+\/health: expected the health of a Stockpile server\n$/,
    );
  });
}

test("stockpile plugins does not follow a redirection", async (t) => {
  const url = await serve(
    t,
    (_, response) => void response.writeHead(302, { location: "http://192.0.2.1/" }).end(),
  );
  const { code, stderr } = await runCommand(["plugins", "--server", url]);
  t.is(code, 1);
  t.regex(stderr, /^Cannot reach a server/);
});
