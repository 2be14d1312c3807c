import { ALL_CHECKS } from "./checks/all-checks.js";
import type { Check, Way } from "./check.js";
import { openDirect } from "./direct/open-direct.js";
import { openHosted } from "./hosted/open-hosted.js";
import { FAULT_CHECKS } from "./faults/fault-checks.js";
import { runFaultCheck } from "./faults/run-fault-check.js";
import type { OpenLife } from "./opened-life.js";
import { readPromises } from "./promises.js";
import type { BackendPromises } from "./promises.js";
import { runCheck } from "./run-check.js";
import { checkSuiteOptions } from "./suite-options.js";
import type { BackendSuiteOptions } from "./suite-options.js";

const WAYS: readonly Way[] = ["direct", "hosted"];

/**
 * Registers the tests of the contract for a backend: each claim called directly, in this process, and by way of a
 * Stockpile that runs the plugin in a thread or process of its own, and then while the plugin goes wrong. What does not
 * hold rejects with a `BrokenSentenceError`.
 * @throws {TypeError} an option is missing or wrong.
 */
export function testBackend(options: BackendSuiteOptions): void {
  checkSuiteOptions(options);
  const promises = readPromises(options.promises);
  const { plugin, backend, isolation, limits = {} } = options;
  const choice = { plugin, backend, options: options.options };
  const hosted = { ...choice, isolation, limits };
  const open: Readonly<Record<Way, OpenLife>> = {
    direct: openDirect(choice),
    hosted: openHosted(hosted),
  };
  const { parameters, cleanUp } = options;
  for (const way of WAYS) {
    const subject = { openLife: open[way], parameters, cleanUp, promises };
    for (const check of ALL_CHECKS.filter((each) => isAsked(each, way, promises))) {
      options.test(`${way}: ${check.title}`, () => runCheck(check, subject));
    }
  }
  for (const check of FAULT_CHECKS) {
    options.test(`faults: ${check.title}`, () =>
      runFaultCheck(check, hosted, { parameters, cleanUp, promises }),
    );
  }
}

/** Whether a check is worth asking that way of a backend with these promises. */
function isAsked({ ways = WAYS, needs = [], without }: Check, way: Way, promises: BackendPromises): boolean {
  return (
    ways.includes(way) &&
    needs.every((need) => promises[need]) &&
    (without === undefined || !promises[without])
  );
}
