/** Marks in shared memory when this thread is loading a native addon, for the host must not terminate it then. */
import { Gate } from "../contract/pulse.js";
import type { Pulse } from "../contract/pulse.js";

/**
 * Passes every `process.dlopen` through the pulse's gate. A thread that the host has condemned meanwhile waits
 * there for its end instead: terminating a thread inside `napi_register_module_v1` aborts the whole process.
 */
export function guardAddonLoading(pulse: Pulse): void {
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const dlopen = process.dlopen;
  let depth = 0;
  process.dlopen = function guardedDlopen(...args: Parameters<typeof dlopen>): void {
    if (depth === 0 && !pulse.moveGate(Gate.open, Gate.loading)) pulse.waitIfCondemned();
    depth += 1;
    try {
      dlopen.apply(this, args);
    } finally {
      depth -= 1;
      if (depth === 0) pulse.moveGate(Gate.loading, Gate.open);
    }
  };
}
