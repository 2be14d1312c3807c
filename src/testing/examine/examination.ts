import type { BackendSuiteOptions } from "../suite-options.js";
import type { BackendPromises } from "../promises.js";

/** What is examined, as for a suite; nothing of the plugin runs in this process. */
export interface ExamineOptions extends Omit<BackendSuiteOptions, "test" | "promises"> {
  /** What is said of the backend; where nothing is, what is seen of it counts. */
  readonly promises?: Partial<BackendPromises>;
  /** Whether it is put through faults; default `true`. */
  readonly faults?: boolean;
  /** Told of each check once it has ended. */
  readonly onOutcome?: (outcome: CheckOutcome) => void;
}

/** The parts of an examination, in their order. */
export const PARTS = ["direct", "hosted", "faults"] as const;

/** How one check ended. */
export interface CheckOutcome {
  readonly part: (typeof PARTS)[number];
  readonly title: string;
  readonly elapsedMs: number;
  /** Why it does not hold; absent where it does. */
  readonly failure?: string;
}

/** What was found. */
export interface Examination {
  /** The optional methods the backend has. */
  readonly methods: readonly string[];
  /** What it was taken to promise. */
  readonly promises: BackendPromises;
  readonly outcomes: readonly CheckOutcome[];
}
