import { setTimeout as sleep } from "node:timers/promises";
import type { Logger, StorageBackend } from "@stockpile/core/plugin";
import { createBackend } from "./create-backend.js";
import { loadAdapter } from "./load-adapter.js";
import type { KeyvParameters } from "./parse-parameters.js";

/** How long a store is waited for that does not answer at once, in ms: some clients wait for it for ever. */
const FIRST_ANSWER_MS = 2000;

/**
 * Loads the adapter and asks it once, so that what cannot work is known before the first call. A store that does not
 * answer yet may later.
 * @throws {Error} the adapter cannot be loaded, or says that it cannot serve.
 */
export async function openBackend(parameters: KeyvParameters, logger: Logger): Promise<StorageBackend> {
  const adapter = await loadAdapter(parameters);
  const backend = createBackend(adapter, parameters, logger);
  const limit = new AbortController();
  const late = sleep(FIRST_ANSWER_MS, "late", { signal: limit.signal }).catch(() => "late");
  try {
    const call = { signal: limit.signal, deadline: Date.now() + FIRST_ANSWER_MS };
    const answer = await Promise.race([backend.ping?.(call), late]);
    if (answer === "late")
      logger.warn({ adapter: parameters.adapter }, "The Keyv adapter does not answer yet");
  } catch (error) {
    await Promise.resolve(backend.close?.()).catch(() => undefined); // what went wrong first is what is to be told
    throw new Error(
      `Cannot open Keyv adapter "${parameters.adapter}": expected it to answer a get: received ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  } finally {
    limit.abort();
  }
  return backend;
}
