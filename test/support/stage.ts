import { pino } from "pino";
import { Stockpile } from "../../src/host/main.js";
import type { Category, PluginEvent, PluginHealth } from "../../src/host/main.js";

/** A plugin's part of a configuration, as one writes it. */
export interface PluginSettings {
  readonly module?: string;
  readonly startup?: "optional" | "required";
  readonly spare?: boolean;
  readonly isolation?: "thread" | "process";
  readonly options?: unknown;
  readonly permissions?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, string | number>>;
  readonly restart?: Readonly<Record<string, string | number>>;
}

export interface StageOptions extends PluginSettings {
  /** Further plugins, by name. */
  readonly plugins?: Readonly<Record<string, PluginSettings>>;
  /** Which of its backends is used, where `faulty` has several. */
  readonly backend?: string;
  readonly maxValueBytes?: number;
  readonly crashReports?: { readonly directory: string; readonly keep?: number };
  /** The pino level; default `info`. */
  readonly level?: string;
}

/** A line of the host's log. */
export interface LogRecord {
  readonly level: number;
  readonly msg?: string;
  readonly plugin?: string;
  readonly life?: number;
  readonly [field: string]: unknown;
}

const FAULTY = new URL("../fixtures/faulty.js", import.meta.url).href;
const STEADY = new URL("../fixtures/steady.js", import.meta.url).href;

/** Long enough for a machine under load; tests of a limit set their own. */
const LIMITS = { start: "15s", call: "3s", hang: "5s", stop: "1s" };
/** Soon back, and never in quarantine: tests of the restart policy say otherwise. */
const RESTART = { burst: 0, backoff: 0 };

/** A Stockpile with a plugin `faulty` that is up to no good and another, `steady`, beside it. */
export class Stage {
  readonly stockpile: Stockpile;
  readonly lines: LogRecord[];
  readonly events: PluginEvent[] = [];
  /** Of `faulty`: failed reads count as misses; the loader answers `loaded <key>`. */
  readonly lenient: Category<string>;
  /** Of `faulty`: what fails rejects. A backend of its own, so that the breakers are apart. */
  readonly strict: Category<string>;
  readonly steady: Category<string>;

  private constructor(stockpile: Stockpile, lines: LogRecord[]) {
    this.stockpile = stockpile;
    this.lines = lines;
    this.lenient = stockpile.category("lenient", { load: (key) => `loaded ${key}` });
    this.strict = stockpile.category("strict", { onReadError: "throw" });
    this.steady = stockpile.category("steady");
    stockpile.on("plugin", (event) => void this.events.push(event));
  }

  /** Opens it. Whoever does closes it. */
  static async open(options: StageOptions = {}): Promise<Stage> {
    const {
      plugins = {},
      level = "info",
      module = FAULTY,
      backend,
      maxValueBytes,
      crashReports,
      limits,
      restart,
      ...settings
    } = options;
    const lines: LogRecord[] = [];
    const logger = pino({ level }, { write: (line) => void lines.push(JSON.parse(line) as LogRecord) });
    const storage = { plugin: "faulty", ...(backend === undefined ? {} : { backend }) };
    const config = {
      ...(maxValueBytes === undefined ? {} : { maxValueBytes }),
      ...(crashReports === undefined ? {} : { crashReports }),
      plugins: {
        faulty: {
          ...settings,
          module,
          limits: { ...LIMITS, ...limits },
          restart: { ...RESTART, ...restart },
        },
        steady: { module: STEADY },
        ...plugins,
      },
      // What backends do must show: nothing is answered in their place.
      near: false,
      storage,
      categories: {
        strict: { onWriteError: "throw", storage: { ...storage, parameters: { own: "strict" } } },
        steady: { storage: { plugin: "steady" } },
      },
    };
    return new Stage(await Stockpile.open(config, { logger }), lines);
  }

  /** The health of a plugin. */
  plugin(name: string = "faulty"): PluginHealth {
    const health = this.stockpile.health().plugins.find((plugin) => plugin.name === name);
    if (health === undefined) throw new Error(`There is no plugin "${name}"`);
    return health;
  }

  close(): ReturnType<Stockpile["close"]> {
    return this.stockpile.close();
  }
}
