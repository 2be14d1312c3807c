/** `stockpile plugin check`: metadata, contract and conformance of a built plugin, nothing of which runs in this process. */
import { stat } from "node:fs/promises";
import { basename, parse, resolve } from "node:path";
import { inspectPlugin } from "../host/main.js";
import type { PluginInspection } from "../host/main.js";
import { examineBackend } from "../testing/main.js";
import type { CheckOutcome, Examination, ExamineOptions } from "../testing/main.js";
import { jsonLine, jsonText } from "./json-text.js";
import { plainText } from "./plain-text.js";
import { errorReason } from "./plugin-build/error-reason.js";
import { metadataLines, partLines, promiseLines } from "./plugin-check/check-report.js";
import { readCheckSettings } from "./plugin-check/check-settings.js";
import type { CheckSettings } from "./plugin-check/check-settings.js";
import { freshParameters } from "./plugin-check/fresh-parameters.js";
import { startWatchdog } from "./start-watchdog.js";

/** The options of the command; those that are there win over what the package.json says. */
export interface CheckPluginOptions {
  readonly backend?: string;
  readonly options?: unknown;
  readonly parameters?: unknown;
  readonly isolation?: "thread" | "process";
  readonly faults: boolean;
  readonly json?: boolean;
  /** How long the import may take, in ms. */
  readonly limitMs: number;
}

/** How long this process may go on, in ms, once a thread is stuck that its exit would wait for. */
const EXIT_LIMIT_MS = 1000;
/** What a plugin prints while it is loaded is shown up to here. */
const MAX_LINE_CHARACTERS = 1000;

/**
 * Checks a plugin and prints what was found.
 * @param path the plugin's folder, or its built file.
 * @throws {Error} there is no such plugin, it cannot be loaded or opened, or a check does not hold.
 */
export async function checkPlugin(path: string, options: CheckPluginOptions): Promise<void> {
  const place = resolve(path);
  const isFolder = await stat(place).then(
    (stats) => stats.isDirectory(),
    (error: unknown) => {
      throw new Error(`Cannot check the plugin at ${place}: ${errorReason(error)}`, { cause: error });
    },
  );
  const settings = { ...(isFolder ? await readCheckSettings(place) : {}), ...given(options) };
  const print = (text: string): void => {
    if (options.json !== true) process.stdout.write(text);
  };
  const inspection = await inspect(place, options.limitMs, isFolder);
  print(metadataLines(inspection));
  const examination = await examine(inspection.file, settings, { faults: options.faults, print });
  print(promiseLines(examination));
  if (options.json === true) process.stdout.write(jsonReport(inspection, examination));
  const failed = examination.outcomes.filter(({ failure }) => failure !== undefined).length;
  const all = examination.outcomes.length;
  if (failed > 0)
    throw new Error(
      `Cannot pass plugin ${jsonLine(inspection.metadata.name)}: ${failed} of ${all} checks do not hold`,
    );
  print(`All ${all} checks hold\n`);
}

/** What the command line says, without what it does not. */
function given({ backend, options, parameters, isolation }: CheckPluginOptions): CheckSettings {
  const said = { backend, options, parameters, isolation };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function tellLine(line: string): void {
  process.stderr.write(`  it prints: ${plainText(line, MAX_LINE_CHARACTERS)}\n`);
}

async function inspect(place: string, limitMs: number, isFolder: boolean): Promise<PluginInspection> {
  const name = isFolder ? basename(place) : parse(place).name;
  try {
    return await inspectPlugin(place, {
      name,
      limitMs,
      onLine: tellLine,
      onAbandoned: () => startWatchdog(EXIT_LIMIT_MS),
    });
  } catch (error) {
    const hint = isFolder ? ' (is it built? "npm run build" makes what its package.json names)' : "";
    if (error instanceof Error && /there is none|cannot find/i.test(error.message))
      throw new Error(`Cannot check the plugin at ${place}: ${error.message}${hint}`, { cause: error });
    throw error;
  }
}

async function examine(
  file: string,
  settings: CheckSettings,
  { faults, print }: { readonly faults: boolean; readonly print: (text: string) => void },
): Promise<Examination> {
  const { parameters, ...rest } = settings;
  const outcomes: CheckOutcome[] = [];
  const tell = (part: CheckOutcome["part"] | undefined): void => {
    if (part !== undefined) print(partLines(part, outcomes));
  };
  const examined = await examineBackend({
    ...(withoutUndefined(rest) as Partial<ExamineOptions>), // the schema's optional fields, without those that are not there
    ...freshParameters(parameters),
    plugin: file,
    faults,
    onOutcome: (outcome) => {
      // A part is told when the next begins.
      const before = outcomes.at(-1)?.part;
      if (before !== outcome.part) tell(before);
      outcomes.push(outcome);
    },
  });
  tell(outcomes.at(-1)?.part);
  return examined;
}

function withoutUndefined(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]: [string, unknown]) => {
      if (value === undefined) return [];
      const isPlain = typeof value === "object" && value !== null && name === "promises";
      return [[name, isPlain ? withoutUndefined(value) : value]];
    }),
  );
}

function jsonReport(
  { file, metadata, protocol, warnings }: PluginInspection,
  examination: Examination,
): string {
  const { methods, promises, outcomes } = examination;
  const holds = outcomes.every(({ failure }) => failure === undefined);
  return `${jsonText({ file, metadata, protocol, warnings, methods, promises, holds, checks: outcomes })}\n`;
}
