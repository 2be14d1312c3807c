import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSupervised } from "../contenders/open-supervised.js";
import type { Supervised } from "../contenders/open-supervised.js";

/** A plugin that stores in a folder, with its parameters besides the folder. */
export interface Engine {
  readonly name: string;
  readonly plugin: "lmdb" | "file";
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A million values in a million calls take their time; what is measured is not how long one may take. */
const LIMITS = { start: "60s", call: "60s", hang: "60s", stop: "60s" };

export interface OpenEngine extends Pick<Supervised, "backend" | "close"> {
  readonly folder: string;
}

/** Starts a plugin on an empty folder, in what it runs in by default: lmdb in a process, file in a thread. */
export async function openEngine({ plugin, parameters }: Engine): Promise<OpenEngine> {
  const folder = await mkdtemp(join(tmpdir(), `stockpile-bench-${plugin}-`));
  const { backend, close } = await openSupervised({
    plugins: {
      [plugin]: {
        module: import.meta.resolve(`@stockpile/plugin-${plugin}`),
        startup: "required",
        limits: LIMITS,
      },
    },
    storage: { plugin, parameters: { path: folder, ...parameters } },
  });
  return { folder, backend, close };
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
