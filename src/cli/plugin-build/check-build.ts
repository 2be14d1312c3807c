import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { SourceMap } from "node:module";
import { tmpdir } from "node:os";
import { basename, join, parse } from "node:path";
import { pathToFileURL } from "node:url";
import { inspectPlugin } from "../../host/main.js";
import type { PluginInspection } from "../../host/main.js";
import { plainText } from "../plain-text.js";
import { startWatchdog } from "../start-watchdog.js";
import type { Bundle } from "./bundle-plugin.js";
import type { Finding } from "./finding.js";

/** How long this process may go on, in ms, once a thread is stuck that its exit would wait for. */
const EXIT_LIMIT_MS = 1000;
/** Some of it are the plugin's own words. */
const MAX_CHARACTERS = 2000;

export interface CheckBuildOptions {
  /** Where the build is to be, absolute: messages name that. */
  readonly outFile: string;
  /** How long its import may take, in ms. */
  readonly limitMs: number;
  /** Receives what it prints meanwhile, line by line; unchecked text. */
  readonly onLine: (line: string) => void;
  /** Its thread could not be ended; by default this process is killed a moment later. */
  readonly onAbandoned?: () => void;
}

/**
 * Loads a build in a thread, from an empty folder of its own: what it would find beside its sources, or in their
 * node_modules, it does not find there.
 *
 * @returns what it says of itself, or why a host would refuse it, with the place in its sources where that is known.
 */
export async function checkBuild(
  { code, map }: Bundle,
  { outFile, limitMs, onLine, onAbandoned = endSoon }: CheckBuildOptions,
): Promise<PluginInspection | Finding> {
  const folder = await mkdtemp(join(tmpdir(), "stockpile-build-"));
  try {
    const file = join(folder, basename(outFile));
    await writeFile(file, code);
    return await inspectPlugin(file, { name: parse(file).name, limitMs, onLine, onAbandoned });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const url = pathToFileURL(folder).href;
    const text = error.message.replaceAll(`${url}/`, "").replaceAll(folder, parse(outFile).dir);
    return { severity: "error", text: plainText(text, MAX_CHARACTERS), ...originOf(error.cause, url, map) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function endSoon(): void {
  startWatchdog(EXIT_LIMIT_MS);
}

/** The first place in the stack that lies in the build, by the source map. */
function originOf(cause: unknown, url: string, map: string): Pick<Finding, "file" | "line" | "column"> {
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  const at = stack.indexOf(url);
  const [, line, column] = (at === -1 ? null : /^[^\n]*?\.mjs:(\d+):(\d+)/.exec(stack.slice(at))) ?? [];
  if (line === undefined || column === undefined) return {};
  const origin = new SourceMap(JSON.parse(map)).findEntry(Number(line) - 1, Number(column) - 1);
  // What the banner and esbuild's own helpers do comes from no source.
  if (!("originalSource" in origin)) return {};
  return { file: origin.originalSource, line: origin.originalLine + 1, column: origin.originalColumn + 1 };
}
