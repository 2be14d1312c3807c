import test from "ava";
import { pino } from "pino";

import { Stockpile } from "../../../src/host/main.js";
import { Sightings } from "../../../src/mojang/sightings/sightings.js";
import type { Associations } from "../../../src/mojang/sightings/sightings.js";

const NONE = (): void => {};

test("sightings that storage is too slow for are left out and counted, and told of once", async (t) => {
  const lines: { msg: string; leftOut?: number }[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const stockpile = await Stockpile.open(
    { storage: { plugin: "memory" } },
    { logger: pino({ level: "silent" }) },
  );
  t.teardown(() => stockpile.close());
  const sightings = new Sightings({
    names: stockpile.category<Associations>("names"),
    owners: stockpile.category<Associations>("owners"),
    logger,
    onChange: NONE,
    onGivenUp: NONE,
    onOusted: NONE,
  });
  const sighting = { id: "0".repeat(32), name: "Dev_Alder", at: 1 };
  // One is being recorded, and a thousand may wait.
  for (let noted = 0; noted < 1_500; noted += 1) sightings.note(sighting);
  await sightings.settled();
  t.deepEqual(
    lines.map(({ msg, leftOut }) => [msg, leftOut]),
    [
      ["Leaves out sightings of names: storage is slow", undefined],
      ["Records sightings of names again", 499],
    ],
  );
  await sightings.close();
});
