import type { Stockpile } from "../../host/main.js";
import { ALL_CHECKS } from "../checks/all-checks.js";
import { isAsked } from "../checks/is-asked.js";
import { describeError } from "../describe.js";
import { openStockpile } from "../hosted/open-hosted.js";
import type { HostedPlugin } from "../hosted/open-hosted.js";
import { checkCategory, METHODS_CATEGORY } from "../inside/checks-in-plugin.js";
import type { InsideParameters } from "../inside/checks-in-plugin.js";
import { moduleUrl } from "../module-url.js";
import { readPromises } from "../promises.js";
import type { BackendPromises } from "../promises.js";
import type { CheckSubject } from "../run-check.js";
import { writeWrapperModule } from "../wrap/wrapper-module.js";
import type { CheckOutcome } from "./examination.js";

const CHECKING_PLUGIN = new URL("../inside/checks-in-plugin.js", import.meta.url);
/** A check as a whole is one call: many times what the slowest takes, which waits for calls that never settle. */
const CHECK_LIMITS = { call: "120s", hang: "20s" };

export interface InsideOptions {
  readonly hosted: HostedPlugin;
  readonly subject: Pick<CheckSubject, "parameters" | "cleanUp">;
  /** What is said of the backend. */
  readonly said: Partial<BackendPromises>;
  readonly note: (outcome: CheckOutcome) => void;
}

/**
 * Runs the direct checks inside the plugin's thread or process.
 * @returns the optional methods the backend has, and what it is taken to promise.
 */
export async function examineInside({
  hosted,
  subject,
  said,
  note,
}: InsideOptions): Promise<{ readonly methods: readonly string[]; readonly promises: BackendPromises }> {
  const wrapper = await writeWrapperModule(moduleUrl(hosted.plugin), CHECKING_PLUGIN);
  const run = <T>(parameters: InsideParameters, use: (stockpile: Stockpile) => Promise<T>): Promise<T> =>
    runInside({ ...hosted, plugin: wrapper.file, backend: undefined }, parameters, use);
  try {
    const methods = await withParameters(subject, 1, (parameters) =>
      run({ backend: hosted.backend, promises: readPromises(said), parameters }, (stockpile) =>
        list(stockpile, METHODS_CATEGORY),
      ),
    );
    const promises = readPromises({
      scan: methods.includes("scan"),
      clear: methods.includes("clear"),
      ...said,
    });
    const checks = ALL_CHECKS.filter((check) => isAsked(check, "direct", promises));
    await withParameters(subject, checks.length, (parameters) =>
      run({ backend: hosted.backend, promises, parameters }, async (stockpile) => {
        for (const [index, { title }] of checks.entries()) note(await outcomeOf(stockpile, index, title));
      }),
    );
    return { methods, promises };
  } finally {
    await wrapper.remove();
  }
}

async function runInside<T>(
  hosted: HostedPlugin,
  parameters: InsideParameters,
  use: (stockpile: Stockpile) => Promise<T>,
): Promise<T> {
  const stockpile = await openStockpile(
    { ...hosted, limits: { ...hosted.limits, ...CHECK_LIMITS } },
    parameters,
  );
  try {
    return await use(stockpile);
  } finally {
    await stockpile.close();
  }
}

/** Asks for as many stores as there are to be, and cleans all of them up. */
async function withParameters<T>(
  { parameters: ask, cleanUp }: InsideOptions["subject"],
  count: number,
  use: (parameters: readonly unknown[]) => Promise<T>,
): Promise<T> {
  const parameters: unknown[] = [];
  try {
    for (let index = 0; index < count; index += 1) parameters.push(await ask());
    // A configuration that says nothing hands over `{}`; and what crosses in a list must be data.
    return await use(parameters.map((each) => each ?? {}));
  } finally {
    for (const each of parameters) await cleanUp?.(each);
  }
}

async function outcomeOf(stockpile: Stockpile, index: number, title: string): Promise<CheckOutcome> {
  const startedAt = performance.now();
  const ended = (failure: string | undefined): CheckOutcome => ({
    part: "direct",
    title,
    elapsedMs: performance.now() - startedAt,
    ...(failure === undefined ? {} : { failure }),
  });
  try {
    const [failure] = await list(stockpile, checkCategory(index));
    return ended(failure);
  } catch (error) {
    // The plugin's thread ended or stood still: the call of the whole check tells of it.
    return ended(describeError(error));
  }
}

async function list(stockpile: Stockpile, category: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of stockpile.category(category).keys()) keys.push(key);
  return keys;
}
