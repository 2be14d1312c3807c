import { AssertionError } from "node:assert";
import { ALL_CHECKS } from "../checks/all-checks.js";
import { isAsked } from "../checks/is-asked.js";
import { describeError } from "../describe.js";
import { FAULT_CHECKS } from "../faults/fault-checks.js";
import { runFaultCheck } from "../faults/run-fault-check.js";
import { openHosted } from "../hosted/open-hosted.js";
import type { HostedPlugin } from "../hosted/open-hosted.js";
import { runCheck } from "../run-check.js";
import type { CheckSubject } from "../run-check.js";
import { checkSuiteOptions } from "../suite-options.js";
import type { CheckOutcome, Examination, ExamineOptions } from "./examination.js";
import { examineInside } from "./examine-inside.js";
import { probePersistence } from "./probe-persistence.js";

/**
 * Runs the whole suite on a backend without a test runner, all of it in the plugin's own thread or process, and tells
 * how each check ended.
 * @throws {TypeError} an option is missing or wrong.
 * @throws {Error} the plugin does not start, or its backend cannot be opened.
 */
export async function examineBackend(options: ExamineOptions): Promise<Examination> {
  checkSuiteOptions({ ...options, test: ignore });
  const { plugin, backend, isolation, limits = {}, parameters, cleanUp, onOutcome = ignore } = options;
  const hosted: HostedPlugin = { plugin, backend, options: options.options, isolation, limits };
  const subject = { parameters, cleanUp };
  const outcomes: CheckOutcome[] = [];
  const note = (outcome: CheckOutcome): void => {
    outcomes.push(outcome);
    onOutcome(outcome);
  };
  const openLife = openHosted(hosted);
  const persists = options.promises?.persists ?? (await probePersistence(openLife, subject));
  const { methods, promises } = await examineInside({
    hosted,
    subject,
    said: { ...options.promises, persists },
    note,
  });
  await examineHosted({ ...subject, openLife, promises }, note);
  if (options.faults !== false) await examineFaults(hosted, { ...subject, promises }, note);
  return { methods, promises, outcomes };
}

async function examineHosted(subject: CheckSubject, note: (outcome: CheckOutcome) => void): Promise<void> {
  for (const check of ALL_CHECKS.filter((each) => isAsked(each, "hosted", subject.promises))) {
    note(await outcomeOf("hosted", check.title, () => runCheck(check, subject)));
  }
}

async function examineFaults(
  hosted: HostedPlugin,
  subject: Omit<CheckSubject, "openLife">,
  note: (outcome: CheckOutcome) => void,
): Promise<void> {
  for (const check of FAULT_CHECKS) {
    note(await outcomeOf("faults", check.title, () => runFaultCheck(check, hosted, subject)));
  }
}

async function outcomeOf(
  part: CheckOutcome["part"],
  title: string,
  run: () => Promise<void>,
): Promise<CheckOutcome> {
  const startedAt = performance.now();
  try {
    await run();
    return { part, title, elapsedMs: performance.now() - startedAt };
  } catch (error) {
    const failure = error instanceof AssertionError ? error.message : describeError(error);
    return { part, title, elapsedMs: performance.now() - startedAt, failure };
  }
}

function ignore(): void {
  // There is nothing to do.
}
