/** What a new configuration has changed, by name. */
export interface ReconfigureReport {
  readonly plugins: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    /** Those that have a new life. */
    readonly reloaded: readonly string[];
    /** Those whose life is the same, while their backends or what the host goes by are not. */
    readonly changed: readonly string[];
    readonly unchanged: readonly string[];
  };
  /** Of the categories in use; others are as the new configuration has them when they are asked for. */
  readonly categories: {
    /** Those that are stored elsewhere, or with other parameters. */
    readonly moved: readonly string[];
    /** Those that go by other terms. */
    readonly changed: readonly string[];
    readonly unchanged: readonly string[];
  };
}
