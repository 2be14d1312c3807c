/** Uses a plugin from a folder, breaks it, and prints what the cache makes of that. Its argument is the configuration. */
import { setTimeout as sleep } from "node:timers/promises";
import { Stockpile } from "@stockpile/core";

/** A key that the plugin's regular expression needs longer for than anybody has time. */
const POISON = `${"a".repeat(60)}!`;

const [configPath = "stockpile.json"] = process.argv.slice(2);

await using stockpile = await Stockpile.open(configPath);
const parts = stockpile.category<string>("part", { load: (name) => `the part ${name}` });

console.log("1. The plugin is well.");
await show("left-boot");
await stored("left-boot");
await show("left-boot");
printHealth();

for (const [count, which] of ["first", "second"].entries()) {
  console.log(`\n${count + 2}. A key it cannot bear, for the ${which} time.`);
  const isBack = nextLife();
  await show(POISON);
  await isBack;
  printHealth();
}

console.log("\n4. A third time: the key is refused at once, and others are served.");
await show(POISON);
await show("right-boot");
await stored("right-boot");
await show("right-boot");
printHealth();

/** Gets a part and prints where it came from. */
async function show(name: string): Promise<void> {
  const startedAt = performance.now();
  const { source, failures } = await parts.lookup(name);
  const elapsedMs = Math.round(performance.now() - startedAt);
  console.log(`   ${name.slice(0, 12)} comes from the ${source} after ${elapsedMs} ms`);
  for (const { code, message } of failures) console.log(`     ${code}: ${message}`);
}

/** Resolves once the plugin has a part that was loaded: who loads one does not wait for that, nor needs to. */
async function stored(name: string): Promise<void> {
  while ((await parts.lookup(name)).source === "pending") await sleep(1);
}

/** Resolves when the plugin has ended and is ready again. */
function nextLife(): Promise<void> {
  return new Promise((resolve) => {
    const stopListening = stockpile.on("plugin", ({ state }) => {
      if (state !== "ready") return;
      stopListening();
      resolve();
    });
  });
}

function printHealth(): void {
  const { status, plugins } = stockpile.health();
  for (const { name, state, lives, lastFailure } of plugins) {
    console.log(`   health: ${status}; plugin "${name}" is ${state} in life ${lives}`);
    if (lastFailure !== undefined)
      console.log(`     last failure: ${lastFailure.kind}: ${lastFailure.message}`);
  }
}
