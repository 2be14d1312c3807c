/**
 * The conformance kit for storage backends, exported as `@stockpile/core/testing`. It needs no test runner of its own:
 * it is handed the function by which the author's one takes tests.
 */
export { testBackend } from "./test-backend.js";
export type { BackendSuiteOptions } from "./suite-options.js";
export type { BackendPromises } from "./promises.js";
export { BrokenSentenceError } from "./broken-sentence.js";
export { examineBackend } from "./examine/examine-backend.js";
export type { CheckOutcome, Examination, ExamineOptions } from "./examine/examination.js";
