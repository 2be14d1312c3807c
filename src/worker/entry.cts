/**
 * What Piscina loads in the thread: main.ts, by an import of its own.
 *
 * Piscina tries `require` first, which Node 20.19 and later do for ES modules as well, at once and in one piece. A
 * thread that is ended in the midst of that aborts the whole process on Node 20: `v8::Module::IsGraphAsync must be used
 * on an instantiated module`. An `import()` that is interrupted just ends.
 */
import type { BootData } from "../contract/protocol.js" with { "resolution-mode": "import" };

/** Runs a plugin from its import to its stop. */
module.exports = async (boot: BootData): Promise<void> => {
  const { default: main } = await import("./main.js");
  await main(boot);
};
