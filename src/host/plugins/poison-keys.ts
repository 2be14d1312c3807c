/**
 * Finds the keys that kill a plugin. A key whose call was executing at two ends of life is refused for a while, so
 * that it alone is not served: one poison key must not cost the whole backend.
 */
import type { Clock } from "../clock.js";
import type { PendingCall } from "../calls/call.js";

/** Ends a key may be involved in before it is refused: one may be chance, two are not. */
const ENDS_BEFORE_REFUSAL = 2;
/** Keys remembered; the longest unseen is forgotten first. */
const MAX_KEYS = 1024;

interface Record {
  ends: number;
  /** Monotonic. */
  refusedUntil: number;
}

export class PoisonKeys {
  /** How long a key is refused; may be changed. */
  refusalMs: number;
  readonly #clock: Clock;
  readonly #keys = new Map<string, Record>();
  #latestRefusal = -Infinity;

  constructor(clock: Clock, refusalMs: number) {
    this.#clock = clock;
    this.refusalMs = refusalMs;
  }

  /**
   * These calls were executing, or may have been, when a life ended.
   * @returns how many ends, this one included, are explained by a key that is refused from now on; 0 for none.
   */
  blame(suspects: readonly PendingCall[]): number {
    const now = this.#clock.monotonic();
    let explained = 0;
    const blamed = new Set<string>();
    for (const { request } of suspects) {
      if (typeof request.subject !== "string") continue;
      const id = identify(request.handle, request.category, request.subject);
      // Two calls of one key at one end are one end.
      if (blamed.has(id)) continue;
      blamed.add(id);
      const record = this.#keys.get(id) ?? { ends: 0, refusedUntil: -Infinity };
      record.ends += 1;
      if (record.ends >= ENDS_BEFORE_REFUSAL) {
        record.refusedUntil = now + this.refusalMs;
        this.#latestRefusal = Math.max(this.#latestRefusal, record.refusedUntil);
        explained = Math.max(explained, record.ends === ENDS_BEFORE_REFUSAL ? record.ends : 1);
      }
      this.#remember(id, record);
    }
    return explained;
  }

  /** How long the key is still refused, in ms; 0 when it is not. */
  refusedForMs(handle: number, category: string, key: string): number {
    // The usual case must cost nothing: this is asked at every call.
    if (this.#latestRefusal === -Infinity) return 0;
    const now = this.#clock.monotonic();
    if (now >= this.#latestRefusal) this.#latestRefusal = -Infinity;
    const record = this.#keys.get(identify(handle, category, key));
    return record === undefined ? 0 : Math.max(0, record.refusedUntil - now);
  }

  /** Forgets everything: a hand has restarted the plugin. */
  clear(): void {
    this.#keys.clear();
    this.#latestRefusal = -Infinity;
  }

  #remember(id: string, record: Record): void {
    this.#keys.delete(id);
    this.#keys.set(id, record);
    if (this.#keys.size <= MAX_KEYS) return;
    const [oldest] = this.#keys.keys();
    if (oldest !== undefined) this.#keys.delete(oldest);
  }
}

function identify(handle: number, category: string, key: string): string {
  return `${handle}/${category}/${key}`;
}
