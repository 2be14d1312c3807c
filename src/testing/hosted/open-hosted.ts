import { Stockpile } from "../../host/main.js";
import type { Isolation } from "../../host/main.js";
import type { BackendChoice } from "../direct/initialize-plugin.js";
import { modulePath } from "../module-url.js";
import type { OpenedLife, OpenLife } from "../opened-life.js";
import { categoryFace } from "./category-face.js";
import { silentLogger } from "./silent-logger.js";

/** The plugin's name in the configuration. */
export const PLUGIN_NAME = "tested";

/** How the plugin is run. */
export interface HostedPlugin extends BackendChoice {
  /** Path or `file:` URL of the built module. */
  readonly plugin: string | URL;
  /** As in the configuration; its default where it is undefined. */
  readonly isolation: Isolation | undefined;
  /** As in the configuration. */
  readonly limits?: Readonly<Record<string, string | number>>;
}

/** Long enough for a machine under load; below what a check waits at most. */
const LIMITS = { start: "30s", call: "8s", hang: "8s", stop: "5s" };

/** Opens lives as applications have them: the plugin in a thread or process of its own, under a Stockpile. */
export function openHosted(plugin: HostedPlugin): OpenLife {
  return async (parameters): Promise<OpenedLife> => {
    const stockpile = await openStockpile(plugin, parameters);
    return {
      face: categoryFace(stockpile),
      invalidated: [],
      close: () => closeInOrder(stockpile),
    };
  };
}

async function closeInOrder(stockpile: Stockpile): Promise<void> {
  const { abandonedThreads, undelivered } = await stockpile.close();
  if (abandonedThreads === 0 && undelivered === 0) return;
  throw new Error(
    `Closed with ${abandonedThreads} threads that could not be ended and ${undelivered} writes undelivered`,
  );
}

/** Opens a Stockpile whose one storage is the plugin's backend. */
export function openStockpile(
  { plugin, backend, options, isolation, limits }: HostedPlugin,
  parameters: unknown,
): Promise<Stockpile> {
  const config = {
    plugins: {
      [PLUGIN_NAME]: {
        module: modulePath(plugin),
        startup: "required",
        ...(isolation === undefined ? {} : { isolation }),
        ...(options === undefined ? {} : { options }),
        limits: { ...LIMITS, ...limits },
        // Soon back, and never in quarantine: checks wait for it. One that cannot come back does not take the processors
        // from the checks beside it.
        restart: { burst: 0, backoff: "20ms", maxBackoff: "200ms" },
      },
    },
    storage: {
      plugin: PLUGIN_NAME,
      ...(backend === undefined ? {} : { backend }),
      ...(parameters === undefined ? {} : { parameters }),
    },
    near: false,
  };
  return Stockpile.open(config, { logger: silentLogger });
}
