/** `stockpile plugin build`: makes one self-contained file of a plugin's package. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { PluginInspection } from "../host/main.js";
import { plainText } from "./plain-text.js";
import { BuildError } from "./plugin-build/build-error.js";
import { bundlePlugin } from "./plugin-build/bundle-plugin.js";
import type { Bundle } from "./plugin-build/bundle-plugin.js";
import { checkBuild } from "./plugin-build/check-build.js";
import { errorReason } from "./plugin-build/error-reason.js";
import { findEntry } from "./plugin-build/find-entry.js";
import { findFileUses } from "./plugin-build/find-file-uses.js";
import { findOutput } from "./plugin-build/find-output.js";
import type { Finding } from "./plugin-build/finding.js";
import { formatFinding } from "./plugin-build/format-finding.js";
import { loadEsbuild } from "./plugin-build/load-esbuild.js";
import { publishFile } from "./plugin-build/publish-file.js";
import { readPluginPackage } from "./plugin-build/read-plugin-package.js";

/** The options of the command. */
export interface BuildPluginOptions {
  /** A file, or a folder that is there; default `dist/<name>.mjs` in the plugin's folder. */
  readonly out?: string;
  readonly sourcemap?: boolean;
  /** Is told where the file is to be, before anything is written: an absolute path. */
  readonly onOutput?: (file: string) => void;
  /** How long the import of what was built may take, in ms. */
  readonly limitMs: number;
  /** A thread could not be ended: the process will not exit by itself. By default it is killed a moment later. */
  readonly onAbandoned?: () => void;
}

/** What a plugin prints while it is loaded is shown up to here. */
const MAX_PRINTED_LINES = 20;
const MAX_LINE_CHARACTERS = 1000;
/** Packages named in the summary; a client library can bring a hundred. */
const MAX_PACKAGES = 10;

/**
 * Builds, checks and only then puts the file in place. Warnings go to stderr, what was built to stdout.
 *
 * @param directory the plugin's folder.
 * @throws {Error} there is no plugin to build, or no bundler to build it with.
 * @throws {BuildError} its source has errors: all that were found.
 */
export async function buildPlugin(directory: string, options: BuildPluginOptions): Promise<void> {
  const withMap = options.sourcemap === true;
  const plugin = await readPluginPackage(resolve(directory));
  const outFile = await findOutput(plugin, options.out, withMap);
  options.onOutput?.(outFile);
  const entry = await findEntry(plugin, outFile);
  const esbuild = await loadEsbuild(plugin.directory);
  const subject = `plugin "${plugin.name}" from ${plugin.directory}`;
  const { bundle, findings } = await bundlePlugin(esbuild, plugin, entry);
  refuseErrors(subject, [...findings, ...(await fileUses(plugin.directory, bundle?.inputs ?? []))]);
  // Without a bundle there was an error.
  if (bundle === undefined) throw new Error(`Cannot build ${subject}: esbuild gave no output`);
  if (bundle.inputs.some((input) => resolve(plugin.directory, input) === outFile))
    throw new Error(
      `Cannot build ${subject}: expected an output that is none of its sources: received ${outFile}`,
    );

  const { limitMs, onAbandoned } = options;
  const inspection = await check(bundle, {
    outFile,
    limitMs,
    subject,
    ...(onAbandoned === undefined ? {} : { onAbandoned }),
  });
  const code = withMap ? `${bundle.code}//# sourceMappingURL=${basename(outFile)}.map\n` : bundle.code;
  await publish(outFile, code, withMap ? bundle.map : undefined);
  const source = relative(plugin.directory, entry);
  process.stdout.write(summary({ outFile, code, source, packages: bundle.packages, inspection }));
}

/** Warnings are told at once; with errors it ends here. */
function refuseErrors(subject: string, findings: readonly Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  for (const finding of findings) if (finding.severity === "warning") tell(formatFinding(finding));
  if (errors.length > 0) throw new BuildError(subject, errors);
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function fileUses(directory: string, inputs: Bundle["inputs"]): Promise<Finding[]> {
  const found = await Promise.all(
    inputs
      .filter((input) => /\.[cm]?[jt]sx?$/.test(input))
      .map(async (input) => findFileUses(input, await readFile(join(directory, input), "utf8"))),
  );
  return found.flat();
}

interface Checked extends Pick<BuildPluginOptions, "limitMs" | "onAbandoned"> {
  readonly outFile: string;
  readonly subject: string;
}

async function check(bundle: Bundle, { subject, ...options }: Checked): Promise<PluginInspection> {
  let lines = 0;
  const onLine = (line: string): void => {
    lines += 1;
    if (lines <= MAX_PRINTED_LINES) tell(`  it prints: ${plainText(line, MAX_LINE_CHARACTERS)}`);
  };
  const inspection = await checkBuild(bundle, { ...options, onLine });
  if (lines > MAX_PRINTED_LINES) tell(`  it prints ${lines - MAX_PRINTED_LINES} lines more`);
  if ("severity" in inspection) throw new BuildError(subject, [inspection]);
  const native =
    inspection.metadata.native === true
      ? ['its metadata says "native": it runs only where told to, and no built file holds native code']
      : [];
  for (const text of [...inspection.warnings, ...native]) tell(formatFinding({ severity: "warning", text }));
  return inspection;
}

async function publish(outFile: string, code: string, map: string | undefined): Promise<void> {
  try {
    await mkdir(dirname(outFile), { recursive: true });
    // The map first: a build that refers to one is never there without it.
    if (map !== undefined) await publishFile(`${outFile}.map`, map);
    await publishFile(outFile, code);
  } catch (error) {
    throw new Error(`Cannot write ${outFile}: ${errorReason(error)}`, { cause: error });
  }
}

interface Summary {
  readonly outFile: string;
  readonly code: string;
  readonly source: string;
  readonly packages: readonly string[];
  readonly inspection: PluginInspection;
}

function summary({ outFile, code, source, packages, inspection: { metadata, protocol } }: Summary): string {
  const bytes = Buffer.from(code);
  const more = packages.length > MAX_PACKAGES ? [`${packages.length - MAX_PACKAGES} packages more`] : [];
  return `Built ${plainText(`${metadata.name} ${metadata.version}`, MAX_LINE_CHARACTERS)}
  file      ${relative(process.cwd(), outFile)}
  source    ${[source, ...packages.slice(0, MAX_PACKAGES), ...more].join(", ")}
  size      ${bytes.length.toLocaleString("en")} bytes
  sha256    ${createHash("sha256").update(bytes).digest("hex")}
  protocol  ${protocol}
`;
}
