/** What a fault of the logs asks of the log of the host that has suffered it. */
export interface Heard {
  /** Lines that were dropped, as the host says. */
  readonly dropped: number;
  /** Characters of the longest line. */
  readonly longest: number;
  /** How many lines began so. */
  lines(start: string): number;
}
