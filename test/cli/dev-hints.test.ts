import test from "ava";

import { devHints } from "../../src/cli/dev-hints.js";

const players = ["Dev_Alder", "Dev_Birch"];

test("devHints() has commands that can be copied, and names the players there are", (t) => {
  t.is(
    devHints({ url: "http://127.0.0.1:36623", players }),
    `Mojang is a fake on this machine, which knows Dev_Alder, Dev_Birch and nobody else.
Try, in another terminal:
  curl http://127.0.0.1:36623/users/profiles/minecraft/Dev_Alder
  stockpile get-profile Dev_Alder
  stockpile status
  stockpile listen
Point a game server at it (26.3 or later; docs/game-servers has the others):
  java -Dminecraft.api.discovery.host=http://127.0.0.1:36623/minecraft/client -jar server.jar
`,
  );
});

test("devHints() names the server where it is not where commands look for it", (t) => {
  const hints = devHints({ url: "http://127.0.0.1:4000", players });
  t.true(hints.includes("\n  stockpile get-profile Dev_Alder --server http://127.0.0.1:4000\n"));
  t.true(hints.includes("\n  stockpile listen --server http://127.0.0.1:4000\n"));
});
