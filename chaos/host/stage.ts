/** A Stockpile with the plugin under test in it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { Stockpile } from "@stockpile/core";
import type { Category, CloseReport, PluginEvent, PluginHealth } from "@stockpile/core";
import type { Isolation } from "../cells/cell.js";
import type { SubjectSetup } from "../plugin/subject-setup.js";
import type { SubjectOptions } from "../plugin/subject.js";
import type { Value } from "./kept-values.js";
import { JumpClock } from "./jump-clock.js";
import type { StageLimits } from "./limits.js";
import { HeardLog } from "./heard-log.js";

export interface StageOptions {
  readonly isolation: Isolation;
  /** A folder of its own; what is armed lies there. */
  readonly folder: string;
  /** `subject`: entries in the store outside; `file`: the built-in plugin, in the folder's `data`, which may be clumsy. */
  readonly plugin: "file" | "clumsy file" | "subject";
  readonly limits: StageLimits;
  readonly subject: SubjectOptions;
  readonly setup: SubjectSetup;
}

const MODULES = {
  subject: { url: new URL("../plugin/subject.js", import.meta.url), open: "openSubject" },
  file: { url: new URL("../plugin/file-subject.js", import.meta.url), open: "openFileSubject" },
  "clumsy file": {
    url: new URL("../plugin/clumsy-file-subject.js", import.meta.url),
    open: "openClumsyFileSubject",
  },
} as const;

/** Longer than any jump of a clock: what is stored must not expire by one. */
const TTL = "1d";
const NAME = "subject";

export class Stage {
  /** What fails rejects. */
  readonly strict: Category<Value>;
  /** Reads that fail are misses, writes that fail are queued. */
  readonly lenient: Category<Value>;
  readonly clock: JumpClock;
  /** The failures of the plugin, as they come. */
  readonly failures: NonNullable<PluginEvent["failure"]>[] = [];
  /** Of the plugin. */
  readonly limits: StageLimits;
  readonly heard: HeardLog;
  readonly #stockpile: Stockpile;

  private constructor(stockpile: Stockpile, clock: JumpClock, heard: HeardLog, limits: StageLimits) {
    this.#stockpile = stockpile;
    this.clock = clock;
    this.heard = heard;
    this.limits = limits;
    this.strict = stockpile.category("strict");
    this.lenient = stockpile.category("lenient");
    stockpile.on("plugin", ({ failure }) => {
      if (failure !== undefined) this.failures.push(failure);
    });
  }

  /** Opens it. Whoever does closes it. */
  static async open(options: StageOptions): Promise<Stage> {
    const { isolation, folder, plugin, limits, subject, setup } = options;
    const dataFolder = join(folder, "data");
    mkdirSync(dataFolder, { recursive: true });
    const clock = new JumpClock();
    const config = {
      plugins: {
        [NAME]: {
          module: writeModule(folder, plugin, setup),
          isolation,
          ...(plugin === "subject" ? { options: subject } : {}),
          limits,
          // Soon back, and never in quarantine: it is the end of a life that is looked at, not the policy.
          restart: { burst: 0, backoff: 0 },
        },
      },
      // What backends do must show: nothing is answered in their place.
      near: false,
      storage: {
        plugin: NAME,
        ...(plugin !== "subject" ? { parameters: { path: dataFolder, fsync: true } } : {}),
      },
      categories: {
        strict: { ttl: TTL, onReadError: "throw", onWriteError: "throw" },
        lenient: { ttl: TTL },
      },
    };
    const heard = new HeardLog();
    const logger = pino({ level: "info" }, heard);
    return new Stage(await Stockpile.open(config, { logger, clock }), clock, heard, limits);
  }

  get health(): PluginHealth {
    return this.#stockpile.health().plugins[0] as PluginHealth; // the only one
  }

  get queuedWrites(): number {
    return this.health.backends.reduce((sum, { queuedWrites }) => sum + queuedWrites, 0);
  }

  restart(): Promise<void> {
    return this.#stockpile.plugins.restart(NAME);
  }

  close(): Promise<CloseReport> {
    return this.#stockpile.close();
  }
}

/** A plugin is told by its module's place what is armed: each stage has a module of its own. */
function writeModule(folder: string, plugin: StageOptions["plugin"], setup: SubjectSetup): string {
  const { url, open } = MODULES[plugin];
  const path = join(folder, "plugin.mjs");
  writeFileSync(
    path,
    `import { ${open} } from ${JSON.stringify(url.href)};\n` +
      `const opened = await ${open}(import.meta.url, ${JSON.stringify(setup)});\n` +
      `export const { metadata, initializePlugin } = opened;\n`,
  );
  return path;
}
