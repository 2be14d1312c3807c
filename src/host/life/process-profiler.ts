import { ProfilePieces, encodeProfileRequest } from "../../contract/profile-record.js";
import { readStackSamples } from "../../contract/stack-samples.js";
import { systemClock } from "../clock.js";
import type { CpuProfile } from "./cpu-profile.js";
import { profileOfStacks } from "./profile-of-stacks.js";

/** How long after its end a profile may arrive, in ms: it travels between records of the pulse. */
const ARRIVAL_MS = 200;

/** Asks the watchdog of one process for profiles of its main thread, one at a time. */
export class ProcessProfiler {
  readonly #send: (request: Uint8Array) => void;
  readonly #pieces = new ProfilePieces();
  /** Whether one that was asked for has not come, waited for or not. */
  #isDue = false;
  #resolve: ((profile: CpuProfile | undefined) => void) | undefined;

  /** @param send Writes to the process's lifeline. */
  constructor(send: (request: Uint8Array) => void) {
    this.#send = send;
  }

  /** As `Life.profile`. */
  profile(durationMs: number): Promise<CpuProfile | undefined> {
    if (this.#isDue) return Promise.resolve(undefined);
    this.#isDue = true;
    return new Promise((resolve) => {
      const cancel = systemClock.schedule(() => this.end(), durationMs + ARRIVAL_MS);
      this.#resolve = (profile) => {
        cancel();
        resolve(profile);
      };
      this.#send(encodeProfileRequest(durationMs));
    });
  }

  /** Takes a piece of an answer, unchecked. Answers what is wrong with it, as the end of a sentence. */
  take(record: Uint8Array): string | undefined {
    if (!this.#isDue) return "its lifeline brought a profile that nobody had asked for";
    const bytes = this.#pieces.push(record);
    if (bytes === null) return "its lifeline brought a malformed profile";
    if (bytes === undefined) return undefined;
    this.#isDue = false;
    const samples = readSamples(bytes);
    this.#settle(samples === undefined ? undefined : profileOfStacks(samples));
    return undefined;
  }

  /** Nobody waits any more. */
  end(): void {
    this.#settle(undefined);
  }

  #settle(profile: CpuProfile | undefined): void {
    this.#resolve?.(profile);
    this.#resolve = undefined;
  }
}

function readSamples(bytes: Uint8Array): ReturnType<typeof readStackSamples> {
  try {
    return readStackSamples(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    // No JSON: the plugin may write here too.
    return undefined;
  }
}
