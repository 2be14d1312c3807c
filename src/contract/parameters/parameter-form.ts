/** What a parameter may be. */
export interface ParameterForm<T> {
  /** Completes `expected "port" to be …`, as in `an integer from 1 to 65535`. */
  readonly expected: string;
  /** Whether messages name the kind of what was received, and show nothing of it. Default: they show it, cut short. */
  readonly isSecret?: boolean;
  /** Whether a value is one. Called with whatever is given, `undefined` for nothing; it must not throw. */
  accepts(value: unknown): value is T;
}
