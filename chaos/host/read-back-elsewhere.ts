import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { complainOf } from "./kept-values.js";
import type { Ledgers, Value } from "./kept-values.js";
import { patient } from "./read-back.js";
import type { StageOptions } from "./stage.js";

const FILE = fileURLToPath(new URL("read-process.js", import.meta.url));
/** In which it must be done, in ms: longer than a read may take. */
const LIMIT_MS = 30_000;

type Name = keyof Ledgers;

export interface Wanted {
  readonly options: StageOptions;
  readonly keys: Readonly<Record<Name, readonly string[]>>;
}

export interface Found {
  readonly name: Name;
  readonly key: string;
  /** Absent where there is nothing. */
  readonly value?: Value;
}

/** As `readBack`, by a process of its own. */
export async function readBackElsewhere(options: StageOptions, ledgers: Ledgers): Promise<string[]> {
  const keys = { strict: ledgers.strict.keys, lenient: ledgers.lenient.keys };
  const wanted: Wanted = { options: patient(options), keys };
  const child = spawn(process.execPath, [FILE, JSON.stringify(wanted)], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (said === "") return [`nothing could be read back: ${complaint.trim().split("\n").at(-1)}`];
  const found = JSON.parse(said) as readonly Found[]; // from read-process.ts
  return found
    .map(({ name, key, value }) => complainOf(ledgers[name], key, value))
    .filter((complained) => complained !== undefined);
}
