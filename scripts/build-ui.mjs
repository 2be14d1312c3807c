// Builds the web page from src/ui into dist/page: one script, one style sheet and one picture, each named by its hash,
// the page that names them, and the licences of what is in them.
import { build } from "esbuild";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const SOURCE = "src/ui";
/** Where it goes: `dist/page`, or the folder that is named. */
const TARGET = process.argv[2] ?? "dist/page";
/** As much of the sources of these goes into the script as is used. */
const BUNDLED = ["preact", "uplot"];
/** All of these know `light-dark()`, which the style sheet is made with. */
const BROWSERS = ["chrome123", "firefox120", "safari17.5"];

rmSync(TARGET, { recursive: true, force: true });
mkdirSync(TARGET, { recursive: true });

const { metafile } = await build({
  entryPoints: ["main.tsx", "style.css", "icon.svg"].map((name) => `${SOURCE}/${name}`),
  outdir: TARGET,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  platform: "browser",
  target: BROWSERS,
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".svg": "copy" },
  legalComments: "none",
  logLevel: "warning",
});

refuseUnlicensed(Object.keys(metafile.inputs));
writeFileSync(`${TARGET}/licenses.txt`, BUNDLED.map(licenceOf).join("\n"));

// The name that each entry point has in the page, by the name its file has got.
const names = new Map([
  ["main.js", fileFrom("main.tsx")],
  ["style.css", fileFrom("style.css")],
  ["icon.svg", fileFrom("icon.svg")],
]);
const page = readFileSync(`${SOURCE}/index.html`, "utf8").replaceAll(/%([\w.]+)%/g, (_match, name) => {
  const file = names.get(name);
  if (file === undefined) throw new Error(`${SOURCE}/index.html names ${name}, which is not built`);
  return file;
});
writeFileSync(`${TARGET}/index.html`, page);

/** The name of the file that an entry point has become. */
function fileFrom(name) {
  const [path] =
    Object.entries(metafile.outputs).find(([, { entryPoint, inputs }]) =>
      [entryPoint, ...Object.keys(inputs)].includes(`${SOURCE}/${name}`),
    ) ?? [];
  if (path === undefined) throw new Error(`Nothing has been built from ${SOURCE}/${name}`);
  return basename(path);
}

/** What is given on must be given on with its licence. */
function refuseUnlicensed(inputs) {
  const packages = inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  const others = packages.filter((name) => name !== undefined && !BUNDLED.includes(name));
  if (others.length > 0) throw new Error(`Bundled without their licences: ${[...new Set(others)].join(", ")}`);
}

function licenceOf(name) {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return `${name} ${version} (${license})\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
}
