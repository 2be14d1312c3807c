import type { EntryKey, StorageBackend } from "../../contract/backend.js";
import { OPTIONAL_METHODS, REQUIRED_METHODS } from "../../contract/backend-methods.js";
import { BrokenSentenceError } from "../broken-sentence.js";
import { describeError, describeValue } from "../describe.js";
import type { OpenedLife, OpenLife } from "../opened-life.js";
import { within } from "../within.js";
import { backendFace } from "./backend-face.js";
import { initializePlugin } from "./initialize-plugin.js";
import type { BackendChoice } from "./initialize-plugin.js";
import type { PluginModule } from "./plugin-module.js";
import { quietLogger } from "./quiet-logger.js";

/** The host's name, the same for every life as it is within a process. */
const HOST_ID = `${process.pid}-kit`;

/**
 * Opens lives where this runs: the plugin initialised, its factory called, its methods called as they are.
 * @param load Answers the plugin's module.
 */
export function openDirect(
  load: () => Promise<Pick<PluginModule, "initializePlugin">>,
  choice: BackendChoice,
): OpenLife {
  let lives = 0;
  return async (parameters): Promise<OpenedLife> => {
    lives += 1;
    const stopping = new AbortController();
    const invalidated: (readonly EntryKey[] | "all")[] = [];
    const context = { signal: stopping.signal, hostId: HOST_ID, life: lives };
    const factory = await initializePlugin(await load(), choice, context);
    const opening = Promise.resolve().then(() =>
      // As from a configuration that says nothing of them.
      factory(parameters ?? {}, {
        logger: quietLogger,
        signal: stopping.signal,
        hostId: HOST_ID,
        invalidate: (keys) => void invalidated.push(keys),
      }),
    );
    const opened: unknown = await within(opening).catch((error: unknown) => {
      throw refusal("it opens the backend", describeError(error), error);
    });
    const backend = checkBackend(opened);
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      stopping.abort(new Error("The life is to end"));
      await backend.close?.();
    };
    const methods = OPTIONAL_METHODS.filter((name) => typeof backend[name] === "function");
    return { face: backendFace(backend), methods, invalidated, close: () => (closing ??= close()) };
  };
}

function checkBackend(backend: unknown): StorageBackend {
  const candidate = Object(backend) as Record<string, unknown>;
  const missing = REQUIRED_METHODS.filter((name) => typeof candidate[name] !== "function");
  const wrong = OPTIONAL_METHODS.filter(
    (name) => !["undefined", "function"].includes(typeof candidate[name]),
  );
  if (missing.length === 0 && wrong.length === 0) return candidate as unknown as StorageBackend; // its methods have just been seen
  const found = [
    ...missing.map((name) => `no method "${name}"`),
    ...wrong.map((name) => `"${name}" that is ${describeValue(candidate[name])}`),
  ];
  throw refusal("an object with the methods of a backend", found.join(", "));
}

function refusal(expected: string, received: string, cause?: unknown): BrokenSentenceError {
  return new BrokenSentenceError({
    sentence: "open",
    after: "the backend's factory",
    expected,
    received,
    cause,
  });
}
