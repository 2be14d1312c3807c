/**
 * Reads entries for a host that cannot: a process whose file access waits opens no Stockpile any more.
 * Argument: what read-back-elsewhere.ts asks for, as JSON. Prints what it found, as JSON.
 */
import type { Found, Wanted } from "./read-back-elsewhere.js";
import { Stage } from "./stage.js";

const { options, keys } = JSON.parse(process.argv[2] ?? "") as Wanted; // from read-back-elsewhere.ts
const stage = await Stage.open(options);
const found: Found[] = [];
for (const name of ["strict", "lenient"] as const)
  for (const key of keys[name]) {
    const value = await stage[name].get(key);
    found.push({ name, key, ...(value === undefined ? {} : { value }) });
  }
await stage.close();
process.stdout.write(JSON.stringify(found));
