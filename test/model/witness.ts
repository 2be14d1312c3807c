import type { ChaosObserver, ChaosSubject } from "./chaos-backend.js";
import type { FlightRules } from "./flight-rules.js";
import type { Change, Journal } from "./journal.js";
import type { Verdicts } from "./verdicts.js";

/** Takes down in the model what the backend is asked and what becomes of it. */
export class Witness implements ChaosObserver {
  readonly #journal: Journal;
  readonly #flights: FlightRules;
  readonly #verdicts: Verdicts;

  constructor(journal: Journal, flights: FlightRules, verdicts: Verdicts) {
    this.#journal = journal;
    this.#flights = flights;
    this.#verdicts = verdicts;
  }

  onSent(subject: ChaosSubject): void {
    const { operation, keys, numbers } = subject;
    const sent = this.#journal.timeline.mark();
    for (const [index, key] of (keys ?? []).entries()) {
      if (operation === "get" || operation === "getMany") {
        this.#verdicts.note(this.#flights.read(key, sent));
        this.#journal.backendReads.push({ key, sent, call: subject });
      }
      const n = numbers?.[index];
      if (n !== undefined) this.#verdicts.note(this.#flights.put(key, n));
    }
  }

  onAnswered(subject: ChaosSubject, sentSeq: number): void {
    const { seq } = this.#journal.timeline.mark();
    const { operation, keys, numbers } = subject;
    this.#endReads(subject, seq);
    for (const [index, key] of (keys ?? []).entries()) {
      const n = numbers?.[index];
      // What was put is as old as it is; what was purged, as the purge.
      if (n !== undefined) this.#acknowledge(key, this.#journal.values.get(n)!.born.seq, seq);
      else if (operation.startsWith("purge")) this.#acknowledge(key, this.#removalSeq(key, sentSeq), seq);
    }
    if (operation === "clear") this.#acknowledge(undefined, this.#removalSeq(undefined, sentSeq), seq);
  }

  /** Which of the changes that remove a key, or all keys, was sent then. */
  #removalSeq(key: string | undefined, sentSeq: number): number {
    const isRemoval = (change: Change): boolean =>
      change.key === key && change.kind !== "expire" && (change.kind !== "set" || change.error !== undefined);
    const change = this.#journal.changes.findLast((each) => each.called.seq < sentSeq && isRemoval(each));
    // A load that found nothing removes what was there.
    const load = this.#journal.loads.findLast(
      (each) => each.key === key && each.started.seq < sentSeq && each.outcome === "none",
    );
    return Math.max(change?.called.seq ?? 0, load?.started.seq ?? 0);
  }

  /** A write has reached the backend: whatever was called before it is done, or replaced. */
  #acknowledge(key: string | undefined, orderSeq: number, seq: number): void {
    for (const change of this.#journal.changes) {
      const isOf = key === undefined || change.key === key;
      if (isOf && change.called.seq <= orderSeq) change.ackedSeq ??= seq;
    }
  }

  onFailed(subject: ChaosSubject): void {
    const moment = this.#journal.timeline.mark();
    const { operation, keys } = subject;
    this.#endReads(subject, moment.seq);
    const isRead = operation === "get" || operation === "getMany" || operation === "scan";
    const failures = isRead ? this.#journal.readFailures : this.#journal.writeFailures;
    for (const key of keys ?? [undefined]) failures.push({ ...moment, key });
  }

  onReleased({ keys }: ChaosSubject): void {
    const { seq } = this.#journal.timeline.mark();
    for (const key of keys ?? [undefined]) this.#journal.releases.push({ key, seq });
  }

  #endReads(subject: ChaosSubject, seq: number): void {
    for (const read of this.#journal.backendReads) if (read.call === subject) read.endedSeq ??= seq;
  }
}
