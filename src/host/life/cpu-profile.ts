/** A CPU profile in the form that developer tools open as `.cpuprofile`. */

export interface CpuProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    /** As the engine names the script: a `file:` or `node:` URL, or empty. */
    readonly url: string;
    /** Where the function was, from 0, the line as well. */
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  /** Samples that found it innermost. */
  readonly hitCount: number;
  /** Ids of the functions it had called. */
  readonly children: readonly number[];
}

export interface CpuProfile {
  /** The first is the root. */
  readonly nodes: readonly CpuProfileNode[];
  /** Microseconds since some fixed point. */
  readonly startTime: number;
  readonly endTime: number;
  /** For each sample the id of the innermost function. */
  readonly samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas: readonly number[];
}
