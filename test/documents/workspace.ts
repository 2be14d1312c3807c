import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readSnippets } from "./read-snippets.js";
import type { Snippet } from "./read-snippets.js";

/** Compiled, this file lies in `dist/test/documents`. */
const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const TSC = join(REPOSITORY, "node_modules/typescript/bin/tsc");
/** Types in its comments say that a JavaScript file is to be checked by them. */
const TYPED_JAVASCRIPT = /@(?:type|param)\b/;

/** A folder for each document, with the files it consists of, where everything that the documents use is installed. */
export class Workspace {
  readonly root: string;
  readonly #snippets = new Map<string, readonly Snippet[]>();

  private constructor(root: string) {
    this.root = root;
  }

  /**
   * Unpacks documents and compiles what they have of TypeScript, as strictly as this repository does.
   * @param documents Their text by their path in the repository.
   */
  static async create(documents: ReadonlyMap<string, string>): Promise<Workspace> {
    const workspace = new Workspace(await mkdtemp(join(tmpdir(), "stockpile-documents-")));
    try {
      await workspace.#install();
      await Promise.all([...documents].map(([document, text]) => workspace.#unpack(document, text)));
      await Promise.all([workspace.#compile(), workspace.#checkJavaScript()]);
      await Promise.all([...documents.keys()].map((document) => workspace.#build(document)));
      return workspace;
    } catch (error) {
      await workspace.remove();
      throw error;
    }
  }

  /** The folder of a document. */
  folder(document: string): string {
    return join(this.root, document.replace(/\.md$/, ""));
  }

  snippets(document: string): readonly Snippet[] {
    return this.#snippets.get(document) ?? [];
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }

  async #install(): Promise<void> {
    const [installed, modules] = [join(REPOSITORY, "node_modules"), join(this.root, "node_modules")];
    await mkdir(join(modules, "@stockpile"), { recursive: true });
    await symlink(REPOSITORY, join(modules, "@stockpile/core"), "junction");
    for (const name of await readdir(installed)) {
      if (name !== "@stockpile" && !name.startsWith("."))
        await symlink(join(installed, name), join(modules, name), "junction");
    }
    await this.#write("package.json", '{ "type": "module" }');
    // The commands that documents tell people to type.
    await this.#command(
      "stockpile",
      `exec "${process.execPath}" "${join(REPOSITORY, "dist/src/cli/main.js")}" "$@"`,
    );
    await this.#write("bin/.curlrc", "silent\nshow-error\n");
    await this.#command("npx", 'exec "$@"');
  }

  async #command(name: string, line: string): Promise<void> {
    await this.#write(`bin/${name}`, `#!/bin/sh\n${line}\n`);
    await chmod(join(this.root, "bin", name), 0o755);
  }

  async #unpack(document: string, text: string): Promise<void> {
    const folder = document.replace(/\.md$/, "");
    await mkdir(this.folder(document), { recursive: true });
    const beside = join(REPOSITORY, "test/documents/beside", folder);
    await cp(beside, this.folder(document), { recursive: true }).catch((error: unknown) => {
      // Most documents take nothing for granted.
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    });
    const snippets = readSnippets(text);
    this.#snippets.set(document, snippets);
    for (const { file, code } of snippets) {
      if (file !== undefined) await this.#write(join(folder, file), code);
    }
  }

  #compile(): Promise<void> {
    // They show calls, and do nothing with what these answer.
    const options = { noUnusedLocals: false };
    return this.#tsc("tsconfig.json", options, ["**/*.ts", "**/*.mts"]);
  }

  /** A package of a document keeps its sources in `src`, and what its own compiler would make of them in `dist`. */
  async #build(document: string): Promise<void> {
    const sources = this.snippets(document).filter(({ file }) => /(?:^|\/)src\/[^/]+\.ts$/.test(file ?? ""));
    for (const { file = "" } of sources) {
      const built = join(this.folder(document), file.replace(/\.ts$/, ".js"));
      await cp(built, join(dirname(dirname(built)), "dist", basename(built)));
    }
  }

  async #checkJavaScript(): Promise<void> {
    const files = [...this.#snippets].flatMap(([document, snippets]) =>
      snippets
        .filter(({ file, code }) => /\.m?js$/.test(file ?? "") && TYPED_JAVASCRIPT.test(code))
        .map(({ file = "" }) => join(document.replace(/\.md$/, ""), file)),
    );
    await this.#tsc("tsconfig.javascript.json", { allowJs: true, checkJs: true, noEmit: true }, files);
  }

  async #tsc(name: string, options: Record<string, unknown>, include: string[]): Promise<void> {
    const compilerOptions = {
      composite: false,
      isolatedDeclarations: false,
      declaration: false,
      sourceMap: false,
      inlineSources: false,
      ...options,
    };
    if (include.length === 0) return;
    const project = { extends: join(REPOSITORY, "tsconfig.base.json"), compilerOptions, include };
    await this.#write(name, JSON.stringify(project));
    try {
      await promisify(execFile)(process.execPath, [TSC, "-p", name], { cwd: this.root });
    } catch (error) {
      const { stdout } = error as { stdout?: unknown }; // as execFile rejects
      throw new Error(`The snippets do not compile:\n${String(stdout)}`, { cause: error });
    }
  }

  async #write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.root, file)), { recursive: true });
    await writeFile(join(this.root, file), text);
  }
}
