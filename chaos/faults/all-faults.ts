import { CALL_FAULTS } from "./call-faults.js";
import { CLOCK_FAULTS } from "./clock-faults.js";
import { DISK_FAULTS } from "./disk-faults.js";
import type { Fault } from "./fault.js";
import { FRAME_FAULTS } from "./frame-faults.js";
import { LOG_FAULTS } from "./log-faults.js";
import { MEMORY_FAULTS } from "./memory-faults.js";
import { THREAD_FAULTS } from "./thread-faults.js";

/** Every fault there is, in the order of the table. */
export const ALL_FAULTS: readonly Fault[] = [
  ...CALL_FAULTS,
  ...THREAD_FAULTS,
  ...FRAME_FAULTS,
  ...MEMORY_FAULTS,
  ...DISK_FAULTS,
  ...LOG_FAULTS,
  ...CLOCK_FAULTS,
];

const BY_NAME: ReadonlyMap<string, Fault> = new Map(ALL_FAULTS.map((fault) => [fault.name, fault]));

/** @throws {TypeError} there is none of that name. */
export function faultNamed(name: string): Fault {
  const fault = BY_NAME.get(name);
  if (fault === undefined)
    throw new TypeError(`Cannot make fault: expected one that is in the table: received "${name}"`);
  return fault;
}
