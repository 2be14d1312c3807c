/**
 * Runs the direct checks where the plugin is, in its thread or process. In place of the plugin's own backends this
 * offers one whose listings are the answers: the only calls of the contract that bring back text, and none of them
 * fails because a check does.
 */
import type { PluginContext } from "../../contract/context.js";
import type { ScanPage, StorageBackend } from "../../contract/backend.js";
import { ALL_CHECKS } from "../checks/all-checks.js";
import { isAsked } from "../checks/is-asked.js";
import { describeError } from "../describe.js";
import { openDirect } from "../direct/open-direct.js";
import type { BackendPromises } from "../promises.js";
import { runCheck } from "../run-check.js";
import type { InitializePlugin } from "../wrap/wrap-factories.js";

/** The category whose listing names the optional methods of the backend. */
export const METHODS_CATEGORY = "methods";
const CHECK_CATEGORY = /^check-(\d+)$/;

/** The category whose listing is how the check of that number ended: empty, or why it does not hold. */
export function checkCategory(index: number): string {
  return `check-${index}`;
}

/** What the listings are to be about; crosses as the parameters of the backend. */
export interface InsideParameters {
  readonly backend: string | undefined;
  readonly promises: BackendPromises;
  /** Of the backend, for each check that is asked. */
  readonly parameters: readonly unknown[];
}

/** Makes the plugin one whose backend is its own examination. */
export function wrap(initializePlugin: InitializePlugin): InitializePlugin {
  return (context: PluginContext) =>
    context.registerStorageBackend("examination", (parameters) =>
      // Written by the host's half of the kit.
      examination(initializePlugin, context.options, parameters as InsideParameters),
    );
}

function examination(
  initializePlugin: InitializePlugin,
  options: unknown,
  inside: InsideParameters,
): StorageBackend {
  const { backend, promises, parameters } = inside;
  const openLife = openDirect(async () => ({ initializePlugin }), { backend, options });
  const checks = ALL_CHECKS.filter((check) => isAsked(check, "direct", promises));
  const methods = async (): Promise<readonly string[]> => {
    const life = await openLife(parameters[0]);
    await life.close();
    return life.methods ?? [];
  };
  const check = async (index: number): Promise<readonly string[]> => {
    const asked = checks[index];
    if (asked === undefined) throw new Error(`There is no check ${index}`);
    try {
      await runCheck(asked, { openLife, parameters: () => parameters[index], cleanUp: undefined, promises });
      return [];
    } catch (error) {
      return [
        error instanceof Error && error.name === "BrokenSentenceError" ? error.message : describeError(error),
      ];
    }
  };
  return {
    get: () => undefined,
    put: () => {},
    purge: () => {},
    async scan({ category }): Promise<ScanPage> {
      const [, index] = CHECK_CATEGORY.exec(category) ?? [];
      return { keys: index === undefined ? await methods() : await check(Number(index)) };
    },
  };
}
