/** `stockpile plugin new`: makes the package of a plugin, whose tests pass, for its author to put a storage into. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { packageVersion } from "../server/package-version.js";
import { plainText } from "./plain-text.js";
import { ask } from "./plugin-new/ask.js";
import { parsePluginName } from "./plugin-new/plugin-name.js";
import { fillTemplate } from "./plugin-new/template-values.js";
import type { TemplateValues } from "./plugin-new/template-values.js";
import { writeNewFiles } from "./plugin-new/write-new-files.js";

/** The options of the command; what is not said is asked on a terminal. */
export interface NewPluginOptions {
  readonly directory?: string;
  readonly title?: string;
  readonly description?: string;
  readonly author?: string;
  /** Asks nothing. */
  readonly yes?: boolean;
}

/** Compiled, this file lies in `dist/src/cli`; the template is a folder of the package. */
const TEMPLATE = fileURLToPath(new URL("../../../templates/plugin/", import.meta.url));
/**
 * What has another name in the template: npm leaves a `.gitignore` out of packages, and a package.json within a package
 * would be taken for one.
 */
const RENAMED: Readonly<Record<string, string>> = {
  gitignore: ".gitignore",
  "package.template.json": "package.json",
};
/** As metadata may be; a line of a table besides. */
const MAX_CHARACTERS = 128;

/**
 * Makes the package in a folder of its own and prints what to do next.
 * @param text the plugin's name, with or without an npm scope.
 * @throws {Error} the name is none, or something is in the folder: nothing is ever written over.
 */
export async function newPlugin(text: string, options: NewPluginOptions): Promise<void> {
  const { name, packageName } = parsePluginName(text);
  const folder = resolve(options.directory ?? name);
  const said = await completed(name, options);
  const values: TemplateValues = { ...said, name, packageName, core: packageVersion() };
  const files = new Map<string, string>();
  for (const entry of await readdir(TEMPLATE, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = relative(TEMPLATE, join(entry.parentPath, entry.name));
    files.set(
      RENAMED[path] ?? path,
      fillTemplate(path, await readFile(join(TEMPLATE, path), "utf8"), values),
    );
  }
  await writeNewFiles(folder, files);
  process.stdout.write(summary(folder, [...files.keys()], name));
}

/** What is said, what is asked, and what holds otherwise. */
async function completed(
  name: string,
  { title, description, author, yes }: NewPluginOptions,
): Promise<Pick<TemplateValues, "title" | "description" | "author">> {
  const fallbacks = {
    title: titleOf(name),
    description: `The storage plugin ${name} for Stockpile`,
    author: "",
  };
  const said = { title, description, author };
  const fields = (Object.keys(fallbacks) as (keyof typeof fallbacks)[]).filter(
    (field) => said[field] === undefined,
  );
  const isAsked = yes !== true && process.stdin.isTTY && fields.length > 0;
  const answers = isAsked
    ? await ask(fields.map((field) => ({ text: QUESTIONS[field], fallback: fallbacks[field] })))
    : fields.map((field) => fallbacks[field]);
  const all = { ...said, ...Object.fromEntries(fields.map((field, index) => [field, answers[index]])) };
  const text = (field: keyof typeof fallbacks): string => plainText(all[field] ?? "", MAX_CHARACTERS);
  return {
    title: text("title") || fallbacks.title,
    description: text("description") || fallbacks.description,
    author: text("author") || undefined,
  };
}

const QUESTIONS = {
  title: "Name for people",
  description: "Description",
  author: "Author, as in Jane Doe",
} as const;

/** `my-shelf` as `My Shelf`. */
function titleOf(name: string): string {
  return name
    .split(/[-_.]+/)
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

function summary(folder: string, files: readonly string[], name: string): string {
  const place = relative(process.cwd(), folder) || ".";
  const steps = [
    ...(place === "." ? [] : [`cd ${quoted(place)}`]),
    "npm install",
    "npm test",
    "npx stockpile plugin check",
    `npx stockpile plugin build`,
  ];
  return `Made plugin ${name} in ${folder}
${files
  .toSorted()
  .map((file) => `  ${file.replaceAll(sep, "/")}`)
  .join("\n")}

Next:
${steps.map((step) => `  ${step}`).join("\n")}
`;
}

/** Fit for a shell to be pasted into. */
function quoted(path: string): string {
  return /^[\w./@-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
