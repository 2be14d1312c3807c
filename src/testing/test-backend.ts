import { ALL_CHECKS } from "./checks/all-checks.js";
import { isAsked, WAYS } from "./checks/is-asked.js";
import type { Way } from "./check.js";
import { importPlugin } from "./direct/plugin-module.js";
import { openDirect } from "./direct/open-direct.js";
import { openHosted } from "./hosted/open-hosted.js";
import { FAULT_CHECKS } from "./faults/fault-checks.js";
import { runFaultCheck } from "./faults/run-fault-check.js";
import type { OpenLife } from "./opened-life.js";
import { readPromises } from "./promises.js";
import { runCheck } from "./run-check.js";
import { checkSuiteOptions } from "./suite-options.js";
import type { BackendSuiteOptions } from "./suite-options.js";

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
  const choice = { backend, options: options.options };
  const hosted = { ...choice, plugin, isolation, limits };
  const open: Readonly<Record<Way, OpenLife>> = {
    direct: openDirect(() => importPlugin(plugin), choice),
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
