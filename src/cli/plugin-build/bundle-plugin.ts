/**
 * Runs the bundler over a plugin.
 *
 * Once as a rule; again where the first run has shown something that changes how it is to be done. Packages with
 * native code are handed to the second run as packages that are not there, because then esbuild itself says where the
 * code depends on them (an error with its place) and where it is prepared to go on without (`try`, a `catch`). An
 * entry in CommonJS has no exports that a bundle could pass on by name, so the second run begins at a module that has.
 */
import { isBuiltin } from "node:module";
import { join, relative, sep } from "node:path";
import type * as Esbuild from "esbuild";
import { BUILD_MARK } from "./build-mark.js";
import { PROTOCOL_VERSION } from "../../host/main.js";
import { describeMessage } from "./describe-message.js";
import type { Finding } from "./finding.js";
import { PackageFolders } from "./package-folder.js";
import { portablePaths } from "./portable-paths.js";
import type { PluginPackage } from "./read-plugin-package.js";
import { resolveImports } from "./resolve-imports.js";

/** A plugin in one piece. */
export interface Bundle {
  readonly code: string;
  /** The source map as JSON text; the code does not refer to it. */
  readonly map: string;
  /** Source files that something is left of, relative to the plugin's folder. */
  readonly inputs: readonly string[];
  /** The packages among them, as in `ms@2.1.3`, sorted. */
  readonly packages: readonly string[];
}

/** What came of it: everything the bundler has to say, and the bundle where there is one. */
export interface BundleResult {
  readonly bundle: Bundle | undefined;
  readonly findings: readonly Finding[];
}

/** What the first run has shown, if it is not the first. */
interface Knowledge {
  readonly natives: ReadonlyMap<string, string>;
  readonly isCommonJs: boolean;
}

/** Stands before the name of a package that is to be taken for one that is not there. */
const ABSENT = "stockpile-native-addon";

/**
 * @param entry absolute.
 * @throws {Error} the bundler itself fails. What it finds wrong in the source is among the findings.
 */
export async function bundlePlugin(
  esbuild: typeof Esbuild,
  plugin: PluginPackage,
  entry: string,
): Promise<BundleResult> {
  const folders = new PackageFolders();
  let known: Knowledge = { natives: new Map(), isCommonJs: false };
  for (;;) {
    const natives = new Map(known.natives);
    const result = await run(esbuild, optionsFor({ plugin, entry, folders, natives, known }));
    const isCommonJs =
      known.isCommonJs || result.metafile?.inputs[posix(relative(plugin.directory, entry))]?.format === "cjs";
    const isDone = natives.size === known.natives.size && isCommonJs === known.isCommonJs;
    if (isDone) return conclude(result, { plugin, folders, known });
    known = { natives, isCommonJs };
  }
}

interface Run {
  readonly plugin: PluginPackage;
  readonly entry: string;
  readonly folders: PackageFolders;
  readonly natives: Map<string, string>;
  readonly known: Knowledge;
}

function optionsFor({ plugin, entry, folders, natives, known }: Run): Esbuild.BuildOptions {
  const { directory } = plugin;
  const left = new Set(known.natives.keys());
  return {
    ...entryOptions(entry, directory, known),
    absWorkingDir: directory,
    // Nothing is written there; the paths in the source map are relative to it.
    outfile: join(directory, "plugin.mjs"),
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    charset: "utf8",
    sourcemap: "external",
    legalComments: "eof",
    logLevel: "silent",
    logLimit: 0,
    logOverride: {
      "unsupported-require-call": "warning",
      "unsupported-dynamic-import": "warning",
      "indirect-require": "warning",
    },
    alias: Object.fromEntries([...left].map((name) => [name, `${ABSENT}/${name}`])),
    banner: { js: banner(plugin) },
    // CommonJS has these for granted; ESM that declares them itself keeps its own.
    define: { __filename: "stockpileFile", __dirname: "stockpileFolder" },
    plugins: [resolveImports({ directory, folders, natives, left })],
  };
}

function entryOptions(entry: string, directory: string, { isCommonJs }: Knowledge): Esbuild.BuildOptions {
  if (!isCommonJs) return { entryPoints: [entry] };
  const specifier = JSON.stringify(`./${posix(relative(directory, entry))}`);
  const contents = `export { metadata, initializePlugin } from ${specifier};\n`;
  return { stdin: { contents, resolveDir: directory, sourcefile: "entry.mjs" } };
}

/** The mark, the protocol, and what CommonJS expects to be there. The name stands in a comment, so it is kept plain. */
function banner({ name, version, isNative }: PluginPackage): string {
  const subject = [name, version].join(" ").replaceAll(/[^\w.@+ -]/g, "");
  return [
    `/* @stockpile protocol ${PROTOCOL_VERSION}${isNative ? " native" : ""} */`,
    `/* ${BUILD_MARK} from ${subject.trim()}. Not to be edited. */`,
    `import { createRequire as stockpileCreateRequire } from "node:module";`,
    `const require = stockpileCreateRequire(import.meta.url);`,
    `const stockpileFile = import.meta.filename, stockpileFolder = import.meta.dirname;`,
  ].join("\n");
}

/** Errors in the source reject in esbuild; here they are a result like others. */
async function run(
  esbuild: typeof Esbuild,
  options: Esbuild.BuildOptions,
): Promise<Partial<Esbuild.BuildResult>> {
  try {
    return await esbuild.build(options);
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return { errors: error.errors, warnings: error.warnings };
  }
}

function isBuildFailure(error: unknown): error is Esbuild.BuildFailure {
  return error instanceof Error && "errors" in error && "warnings" in error;
}

function conclude(
  { errors = [], warnings = [], outputFiles = [], metafile }: Partial<Esbuild.BuildResult>,
  { plugin, folders, known }: Pick<Run, "plugin" | "folders" | "known">,
): BundleResult {
  const describe = (severity: Finding["severity"]) => (message: Esbuild.Message) =>
    describeMessage(message, severity, known.natives);
  const findings = [...errors.map(describe("error")), ...warnings.map(describe("warning"))];
  const code = outputFiles.find(({ path }) => path.endsWith(".mjs"));
  const map = outputFiles.find(({ path }) => path.endsWith(".mjs.map"));
  const output = Object.entries(metafile?.outputs ?? {}).find(([name]) => name.endsWith(".mjs"))?.[1];
  if (errors.length > 0 || map === undefined || code === undefined || output === undefined)
    return { bundle: undefined, findings };
  const inputs = Object.keys(output.inputs).filter((name) => name !== "entry.mjs");
  const asked = new Set(output.imports.map(({ path }) => path));
  findings.push(...leftOut(metafile?.inputs ?? {}, asked, known.natives));
  const rename = portablePaths(inputs, plugin.directory, folders);
  const homes = inputs.map((input) => folders.of(join(plugin.directory, input)));
  const packages = homes.flatMap((home) =>
    home === undefined || home.directory === plugin.directory ? [] : [`${home.name}@${home.version ?? "?"}`],
  );
  return {
    findings,
    bundle: {
      code: rename.inCode(code.text),
      map: rename.inMap(map.text),
      inputs,
      packages: [...new Set(packages)].toSorted(),
    },
  };
}

/**
 * Imports that are left to run time: the code is prepared for their absence, else they were errors. Those that
 * nothing uses are among the inputs', but not among the `asked` ones of the output.
 */
function leftOut(
  inputs: Esbuild.Metafile["inputs"],
  asked: ReadonlySet<string>,
  natives: ReadonlyMap<string, string>,
): Finding[] {
  return Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ path, external }) => external === true && asked.has(path) && !isBuiltin(path))
      .map(({ path }) => {
        const [, reason = "it is not installed"] =
          [...natives].find(([name]) => path === name || path.startsWith(`${name}/`)) ?? [];
        const text = `"${path}" is left out: ${reason}: the code that asks for it goes on without`;
        return { severity: "warning", file, text } as const;
      }),
  );
}

/** esbuild writes paths with slashes everywhere. */
function posix(path: string): string {
  return path.replaceAll(sep, "/");
}
