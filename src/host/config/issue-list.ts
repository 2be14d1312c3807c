import { ConfigError } from "../../contract/errors.js";
import { describeValue } from "./describe-value.js";
import { formatPath, type ConfigPath } from "./format-path.js";
import type { Place } from "./place.js";
import type { SecretMask } from "./secret-mask.js";

/** One mistake in a configuration, its place not yet formatted. */
export interface Issue {
  readonly path: ConfigPath;
  /** What was expected and what was received. May hold secrets until {@link IssueList.toError} masks it. */
  readonly message: string;
}

/** Gathers the mistakes of all stages of reading a configuration, so that they are reported together. */
export class IssueList {
  readonly #issues: (Issue & { readonly place: Place | undefined })[] = [];
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
    return this.#places.has(keyOf(path));
  }

  /** @param place where its path alone does not tell. */
  add(path: ConfigPath, message: string, place?: Place): void {
    this.#issues.push({ path, message, place });
    this.#places.add(keyOf(path));
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
   * @param placeOf the place of a path in the configuration's text.
   */
  toError(source: string, placeOf?: (path: ConfigPath) => Place | undefined): ConfigError {
    const placed = this.#issues.map(({ path, message, place = placeOf?.(path) }) => ({
      path,
      message,
      place,
    }));
    placed.sort((a, b) => compare(a.place, b.place));
    const issues = placed.map(({ path, message, place }) => ({
      path: formatPath(path),
      message: this.#mask.mask(message) + describePlace(place),
    }));
    return new ConfigError(source, issues);
  }
}

function keyOf(path: ConfigPath): string {
  return JSON.stringify(path);
}

function compare(a: Place = {}, b: Place = {}): number {
  const [first = "", second = ""] = [a.file, b.file];
  if (first === second) return (a.line ?? 0) - (b.line ?? 0);
  return first < second ? -1 : 1;
}

function describePlace({ file, line }: Place = {}): string {
  if (file === undefined) return line === undefined ? "" : ` (line ${line})`;
  return line === undefined ? ` (${file})` : ` (${file}, line ${line})`;
}
