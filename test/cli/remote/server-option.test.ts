import test from "ava";

import { serverOption } from "../../../src/cli/remote/server-option.js";
import { runCommand } from "../run-command.js";

function parse(text: string): unknown {
  return serverOption().parseArg?.(text, undefined);
}

test("--server takes the address of a server", (t) => {
  for (const [text, origin] of [
    ["http://127.0.0.1:36623", "http://127.0.0.1:36623"],
    ["https://cache.example.org/", "https://cache.example.org"],
    ["HTTP://[::1]:1", "http://[::1]:1"],
  ] as const) {
    t.like(parse(text), { origin, pathname: "/" });
  }
});

test("--server takes nothing else", (t) => {
  for (const text of [
    "",
    "127.0.0.1:36623",
    "ftp://cache.example.org",
    "https://ops.example.org/stockpile/",
    "https://ops.example.org/stockpile",
    "https://ops.example.org/?a",
    "https://ops.example.org/#a",
  ]) {
    t.throws(
      () => parse(text),
      { message: /^Expected an http or https URL without a path, as in http:\S+$/ },
      text,
    );
  }
});

test("a path in --server is a usage error, and nothing is asked", async (t) => {
  const { code, stdout, stderr } = await runCommand(["status", "--server", "http://127.0.0.1:4/stockpile/"]);
  t.is(code, 2);
  t.is(stdout, "");
  t.regex(stderr, /^error: option '--server <url>' .*Expected an http or https URL without a path/);
});
