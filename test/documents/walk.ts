/**
 * Goes through a document as a newcomer does, from its first block to its last: its programs are run, its
 * configurations checked, its commands typed, and what it says they print is compared.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkConfig } from "../../src/host/main.js";
import { matchesOutput } from "./matches-output.js";
import type { Snippet } from "./read-snippets.js";
import { Terminal } from "./terminal.js";
import type { Workspace } from "./workspace.js";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
/** For a program of a document, in ms. */
const PROGRAM_LIMIT_MS = 60_000;
/** Configurations of this folder show mistakes. */
const WRONG = "wrong/";

interface Walk {
  readonly folder: string;
  readonly terminal: Terminal;
  /** What was printed, by the file that was run; that of commands under the empty name. */
  readonly printed: Map<string, string>;
  readonly faults: string[];
}

/** @returns what does not work as the document says, each with its line. */
export async function walk(document: string, workspace: Workspace): Promise<string[]> {
  const folder = workspace.folder(document);
  // Commands of examples and plugins are typed where their paths begin.
  const cwd = document.startsWith("docs/") || document === "README.md" ? folder : REPOSITORY;
  const terminal = new Terminal({ cwd, bin: join(workspace.root, "bin") });
  const state: Walk = { folder, terminal, printed: new Map(), faults: [] };
  try {
    for (const snippet of workspace.snippets(document)) {
      const fault = await tryOut(snippet, state);
      if (fault !== undefined) state.faults.push(`${document}:${snippet.line}: ${fault}`);
    }
  } catch (error) {
    state.faults.push(`${document}: ${String(error)}`);
  } finally {
    await terminal.close();
  }
  return state.faults;
}

async function tryOut(snippet: Snippet, state: Walk): Promise<string | undefined> {
  const { mark, language, file, code } = snippet;
  if (mark?.name === "not run") return undefined;
  if (mark?.name === "run by") return existsSync(join(REPOSITORY, mark.text)) ? undefined : `no ${mark.text}`;
  if (mark?.name === "output") return compare(mark.text, code, state);
  if (file !== undefined) return tryFile(file, code, state);
  const commands = readCommands(snippet);
  if (mark?.name === "serves") {
    const last = commands.pop()?.command ?? "";
    const fault = await type(commands, state);
    await state.terminal.serve(last, mark.text);
    return fault;
  }
  if (commands.length > 0) return type(commands, state);
  return `a block of ${language === "" ? "no language" : language} that is neither run nor marked`;
}

function compare(name: string, told: string, { printed }: Walk): string | undefined {
  const said = printed.get(name === "the commands" ? "" : name);
  if (said === undefined) return `nothing was printed by ${name}`;
  return matchesOutput(told, said, true) ? undefined : `printed instead:\n${said}`;
}

async function tryFile(file: string, code: string, state: Walk): Promise<string | undefined> {
  if (/\.m?[jt]s$/.test(file)) return runProgram(file, state);
  if (!file.endsWith(".json")) return `a file of a kind that nobody checks: ${file}`;
  JSON.parse(code);
  if (file.endsWith("package.json")) return undefined;
  const path = join(state.folder, file);
  const isPart = dirname(file).endsWith(".d");
  const fault = await checkConfig(isPart ? dirname(path) : path).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  if (file.startsWith(WRONG)) return fault === undefined ? "a mistake that is none" : undefined;
  return fault;
}

async function runProgram(file: string, { folder, printed }: Walk): Promise<string | undefined> {
  const path = join(folder, file.replace(/ts$/, "js"));
  // It need not end by itself, as a server does not.
  const run = "await import(process.argv[1]); process.exit()";
  const args = ["--input-type=module", "--eval", run, path];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      cwd: folder,
      timeout: PROGRAM_LIMIT_MS,
    });
    printed.set(file, stdout);
    return stderr === "" ? undefined : `${file} complains:\n${stderr}`;
  } catch (error) {
    return `${file} fails: ${String(error)}`;
  }
}

/** A command with what the document says it prints; empty where it says nothing. */
interface Command {
  readonly command: string;
  readonly told: string;
}

function readCommands({ language, code }: Snippet): Command[] {
  if (language === "sh") {
    const lines = code.replaceAll("\\\n", " ").split("\n");
    return lines
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((command) => ({ command, told: "" }));
  }
  if (language !== "console") return [];
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...told] = part.split("\n");
      return { command, told: told.join("\n") };
    });
}

async function type(commands: readonly Command[], { terminal, printed }: Walk): Promise<string | undefined> {
  let all = "";
  for (const { command, told } of commands) {
    const { code, stdout, stderr } = await terminal.run(command);
    all += stdout;
    if (code !== 0) return `"${command}" ends with ${code}:\n${stdout}${stderr}`;
    if (told.trim() !== "" && !matchesOutput(told, `${stdout}\n${stderr}`, false))
      return `"${command}" prints instead:\n${stdout}${stderr}`;
  }
  printed.set("", all);
  return undefined;
}
