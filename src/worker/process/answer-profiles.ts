/** Answers the host's requests for profiles of this process's main thread, from the watchdog's. */
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { RECORD_BYTES } from "../../contract/lifeline-record.js";
import {
  MAX_PROFILE_BYTES,
  REQUEST_BYTES,
  encodeProfile,
  readProfileRequest,
} from "../../contract/profile-record.js";
import { sampleStacks } from "../../contract/sample-stacks.js";
import type { StackSamples } from "../../contract/stack-samples.js";
import type { LifelineWriter } from "./lifeline-writer.js";

/** Written at a time: less than what a pipe takes whole or not at all. */
const BATCH_BYTES = 64 * RECORD_BYTES;
/** Until what found no room is tried again, in ms, and how often: the host waits a fifth of a second. */
const RETRY_MS = 5;
const RETRIES = 100;
/** Stands for a profile that there is none of. */
const NONE = new TextEncoder().encode("null");

export interface ProfileAnswers {
  readonly lifeline: Socket;
  readonly writer: LifelineWriter;
  /** Whether the main thread may be looked into; otherwise there is nothing to answer. */
  readonly mayInspect: boolean;
}

/** Listens from now on. A request that comes while another is answered is not heard: the host makes none. */
export function answerProfiles({ lifeline, writer, mayInspect }: ProfileAnswers): void {
  const request = new Uint8Array(REQUEST_BYTES);
  let filled = 0;
  let isBusy = false;
  lifeline.on("data", (chunk: Uint8Array) => {
    for (const byte of chunk) {
      request[filled] = byte;
      filled = (filled + 1) % REQUEST_BYTES;
      const durationMs = filled === 0 ? readProfileRequest(request) : undefined;
      if (durationMs === undefined || isBusy) continue;
      isBusy = true;
      const samples = mayInspect ? sampleMainThread(durationMs) : Promise.resolve(undefined);
      void samples.then((taken) => send(taken, writer)).finally(() => (isBusy = false));
    }
  });
}

/** Never rejects. */
async function send(samples: StackSamples | undefined, writer: LifelineWriter): Promise<void> {
  const text = samples === undefined ? NONE : new TextEncoder().encode(JSON.stringify(samples));
  const records = encodeProfile(text.byteLength > MAX_PROFILE_BYTES ? NONE : text);
  try {
    for (let at = 0; at < records.byteLength; at += BATCH_BYTES) {
      const batch = records.subarray(at, at + BATCH_BYTES);
      for (let tries = 0; tries < RETRIES && !writer.write(batch); tries += 1) await sleep(RETRY_MS);
    }
  } catch {
    // The lifeline is closed: the beat of the watchdog sees to that.
  }
}

/** `undefined` where this Node has no inspector. */
async function sampleMainThread(durationMs: number): Promise<StackSamples | undefined> {
  try {
    const { Session } = await import("node:inspector");
    const session = new Session();
    session.connectToMainThread();
    const ask = (method: string, parameters: object): Promise<unknown> =>
      new Promise((resolve) => {
        session.post(method, parameters, (error, result) => resolve(error === null ? result : undefined));
      });
    const samples = await sampleStacks(ask, durationMs, new AbortController().signal);
    session.disconnect();
    return samples;
  } catch {
    // As above.
    return undefined;
  }
}
