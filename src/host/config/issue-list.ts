import { ConfigError } from "../../contract/errors.js";
import { describeValue } from "./describe-value.js";
import { formatPath, type ConfigPath } from "./format-path.js";
import type { SecretMask } from "./secret-mask.js";

/** One mistake in a configuration, its place not yet formatted. */
export interface Issue {
  readonly path: ConfigPath;
  /** What was expected and what was received. May hold secrets until {@link IssueList.toError} masks it. */
  readonly message: string;
}

/** Gathers the mistakes of all stages of reading a configuration, so that they are reported together. */
export class IssueList {
  readonly #issues: Issue[] = [];
  readonly #places = new Set<string>();
  readonly #mask: SecretMask;

  constructor(mask: SecretMask) {
    this.#mask = mask;
  }

  get isEmpty(): boolean {
    return this.#issues.length === 0;
  }

  /** Whether something is wrong at exactly this path, so that later stages need not look at it. */
  has(path: ConfigPath): boolean {
    return this.#places.has(placeOf(path));
  }

  add(path: ConfigPath, message: string): void {
    this.#issues.push({ path, message });
    this.#places.add(placeOf(path));
  }

  /** The text with its secrets masked. */
  mask(text: string): string {
    return this.#mask.mask(text);
  }

  /** Describes a received value with its secrets masked. */
  describe(value: unknown): string {
    return describeValue(value, (text) => this.#mask.mask(text));
  }

  /**
   * Answers all mistakes as one error, in the order of the text where that is known, else in that of their finding.
   *
   * @param source names the configuration.
   * @param lineOf the line of a path in the configuration's text, from 1.
   */
  toError(source: string, lineOf?: (path: ConfigPath) => number): ConfigError {
    const placed = this.#issues.map(({ path, message }) => ({ path, message, line: lineOf?.(path) }));
    placed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    const issues = placed.map(({ path, message, line }) => ({
      path: formatPath(path),
      message: this.#mask.mask(message) + (line === undefined ? "" : ` (line ${line})`),
    }));
    return new ConfigError(source, issues);
  }
}

function placeOf(path: ConfigPath): string {
  return JSON.stringify(path);
}
