/** The built command in a terminal, as a person runs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
/** Wide enough for the tables of these tests. */
const DEFAULT_COLUMNS = 160;

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Of the terminal, default 160. */
  readonly columns?: number;
  /** In the shell's words, as `| cat` or `2>err.txt`: what does not go to the terminal. */
  readonly redirection?: string;
  /** Told of each piece that has appeared. */
  readonly onText?: (text: string) => void;
}

/** What has appeared on the terminal, of stdout and stderr in the order of their writing. */
export interface TerminalEnd {
  readonly code: number | null;
  readonly text: string;
}

/**
 * Runs a command to its end in a pseudo-terminal, which util-linux' `script` makes: it is there wherever Debian is.
 * @param args of the command, none of which the shell may take for anything else.
 */
export async function runInTerminal(
  args: readonly string[],
  { env = {}, columns = DEFAULT_COLUMNS, redirection = "", onText = () => {} }: TerminalOptions = {},
): Promise<TerminalEnd> {
  const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(" ");
  // What would decide about colours in place of the terminal is the test's to say.
  const { FORCE_COLOR: _, NO_COLOR: __, NODE_DISABLE_COLORS: ___, CI: ____, ...inherited } = process.env;
  const child = spawn(
    "script",
    ["--quiet", "--return", "--command", `stty cols ${columns}; ${command} ${redirection}`, "/dev/null"],
    { env: { ...inherited, TERM: "xterm-256color", ...env }, stdio: ["ignore", "pipe", "inherit"] },
  );
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
    onText(piece);
  });
  await once(child, "close");
  return { code: child.exitCode, text };
}
