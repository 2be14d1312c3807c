import { DEFAULT_ISOLATION } from "./defaults.js";
import type { IssueList } from "./issue-list.js";
import type { Outline } from "./outline.js";

/**
 * A process holds some 25 MB before its plugin has begun, and some 60 where files that are mapped cannot be told apart:
 * Node itself, our code, the watchdog.
 */
const MIN_PROCESS_MEMORY_MB = 96;

/** Reports a cap on memory that a process meets before its plugin has begun. */
export function checkProcessMemory(
  outline: Outline,
  modules: ReadonlyMap<string, { readonly isNative: boolean }>,
  issues: IssueList,
): void {
  for (const [name, { isolation, limits }] of outline.plugins) {
    const { memoryMb } = limits;
    const byDefault = modules.get(name)?.isNative === true ? "process" : DEFAULT_ISOLATION;
    if ((isolation ?? byDefault) !== "process" || typeof memoryMb !== "number") continue;
    const at = ["plugins", name, "limits", "memoryMb"];
    const why = whyTooLittleForProcess(memoryMb);
    if (why !== undefined && !issues.has(at)) issues.add(at, why);
  }
}

/** Says so of a cap on memory that a process meets before its plugin has begun. */
export function whyTooLittleForProcess(memoryMb: number): string | undefined {
  if (memoryMb >= MIN_PROCESS_MEMORY_MB) return undefined;
  return `expected at least ${MIN_PROCESS_MEMORY_MB} in a process, where Node itself counts: received ${memoryMb}`;
}
