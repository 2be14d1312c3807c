import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import test from "ava";
import { ENTRY_OVERHEAD_BYTES, MemoryBackend } from "@stockpile/plugin-memory";

const ENTRIES = 40_000; // fills the map's table by little more than half: the dearest case per entry
const VALUE_BYTES = 200;
const KEY_CHARACTERS = 16;

test("ENTRY_OVERHEAD_BYTES covers the memory of V8 that an entry takes, without counting double", (t) => {
  const backend = new MemoryBackend({ maxEntries: ENTRIES, maxBytes: Number.MAX_SAFE_INTEGER });
  const expiresAt = Date.now() + 3_600_000;
  const before = usedBytes();
  for (let index = 0; index < ENTRIES; index += 1) {
    // By way of a buffer the key is a string of its own, as one that came over a port is.
    const key = Buffer.from(String(index).padStart(KEY_CHARACTERS, "k")).toString("latin1");
    backend.put({ category: "player", key }, { value: new Uint8Array(VALUE_BYTES), expiresAt });
  }
  const measured = (usedBytes() - before) / ENTRIES - VALUE_BYTES - KEY_CHARACTERS;
  backend.close();

  t.true(measured <= ENTRY_OVERHEAD_BYTES, `measured ${measured}`);
  t.true(measured >= ENTRY_OVERHEAD_BYTES / 2, `measured ${measured}`);
});

/** What counts towards a plugin's memory limit: heap and array buffers, after a thorough collection. */
function usedBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("This Node offers no way to collect garbage");
  for (let times = 0; times < 4; times += 1) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
