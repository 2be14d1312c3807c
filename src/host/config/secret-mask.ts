const MASK = "***";

/**
 * Shorter values are not masked: they occur everywhere by chance, so that masking them would make every message
 * unreadable while hiding nothing that could not be guessed.
 */
const MIN_SECRET_CHARACTERS = 4;

/** Hides secrets in text that is about to be shown or logged. */
export class SecretMask {
  readonly #forms = new Set<string>();
  #pattern: RegExp | undefined;

  /** @param secrets values to hide; those of fewer than 4 characters are passed over. */
  constructor(secrets: Iterable<string>) {
    this.#hide(secrets);
  }

  /** Hides these as well from now on; as with the others, nothing shows them again. */
  add(secrets: Iterable<string> | SecretMask): void {
    if (secrets instanceof SecretMask) this.#include(secrets.#forms);
    else this.#hide(secrets);
  }

  /**
   * Answers the text with every secret, as it is, percent-encoded as in a URL, or escaped as in JSON, replaced by
   * `***`.
   */
  mask(text: string): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, MASK);
  }

  #hide(secrets: Iterable<string>): void {
    const long = [...secrets].filter(({ length }) => length >= MIN_SECRET_CHARACTERS);
    this.#include(long.flatMap(formsOf));
  }

  #include(forms: Iterable<string>): void {
    for (const form of forms) this.#forms.add(form);
    // Longest first: where one secret begins with another, the shorter must not leave the rest of the longer behind.
    const longestFirst = [...this.#forms].toSorted((a, b) => b.length - a.length);
    this.#pattern =
      longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(escape).join("|"), "g");
  }
}

function formsOf(secret: string): string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1)];
  try {
    forms.push(encodeURIComponent(secret));
  } catch {
    // Half a surrogate pair has no percent-encoded form.
  }
  return forms;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
