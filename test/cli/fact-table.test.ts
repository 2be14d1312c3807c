import test from "ava";

import { factTable } from "../../src/cli/fact-table.js";

test("factTable() has a line for each fact", (t) => {
  t.is(
    factTable(
      [
        ["Name", "Dev_Alder"],
        ["Skin", "none"],
      ],
      { width: undefined },
    ),
    `┌──────┬───────────┐
│ Name │ Dev_Alder │
│ Skin │ none      │
└──────┴───────────┘`,
  );
});

test("factTable() breaks texts that the terminal is too narrow for", (t) => {
  const skin = "http://textures.minecraft.net/texture/906de36cfdb92d05";
  const table = factTable([["Skin", skin]], { width: 40 });
  t.is(
    table,
    `┌──────┬───────────────────────────────┐
│ Skin │ http://textures.minecraft.net │
│      │ /texture/906de36cfdb92d05     │
└──────┴───────────────────────────────┘`,
  );
  for (const line of table.split("\n")) t.true(line.length <= 40, line);
  t.is(factTable([["Skin", skin]], { width: 5 }).split("\n").length, 5, "no narrower than can be read");
});
