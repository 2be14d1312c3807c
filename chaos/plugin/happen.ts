import type { PluginFault, Scene } from "../faults/fault.js";
import { leaveTrace } from "./trace.js";
import type { Went } from "../faults/trace.js";

/** Makes a fault happen and leaves a trace of how it went. Answers what the fault answers, and throws what it throws. */
export function happen(fault: PluginFault, scene: Omit<Scene, "count">): unknown {
  const startedAt = performance.now();
  let count = 0;
  const went = (how: Went): void => {
    const complaint = how === "begun" ? undefined : fault.look?.();
    leaveTrace(scene.folder, {
      went: how,
      ms: performance.now() - startedAt,
      count,
      ...(complaint === undefined ? {} : { complaint }),
    });
  };
  went("begun");
  // What a fault leaves to a later turn of the loop to throw; a listener of this kind changes nothing. First,
  // for the runtime's own ends a process.
  process.prependOnceListener("uncaughtExceptionMonitor", () => went("threw"));
  let answer: unknown;
  try {
    answer = fault.inject({ ...scene, count: (things) => (count += things) });
  } catch (error) {
    went("threw");
    throw error;
  }
  if (answer instanceof Promise) {
    went("waits");
    answer.then(
      () => went("answered"),
      () => went("rejected"),
    );
  } else went(answer === undefined ? "returned" : "answered");
  return answer;
}
