/** Keeps letters in a plugin that was built into one file. Its argument is the configuration. */
import { Stockpile } from "@stockpile/core";

const [configPath = "stockpile.json"] = process.argv.slice(2);

await using stockpile = await Stockpile.open(configPath);
const letters = stockpile.category<string>("letter");

await letters.set("to-ada", "Dear Ada, ".repeat(1000));
const letter = await letters.get("to-ada");
console.log(`The letter to Ada has ${letter?.length} characters`);

await letters.delete("to-ada");
console.log(`After the delete there is ${(await letters.get("to-ada")) ?? "none"}`);

for (const { name, metadata, state, calls } of stockpile.health().plugins) {
  console.log(
    `Plugin "${name}" is ${metadata?.name} ${metadata?.version}: ${state}, ${calls.failed} calls failed`,
  );
}
