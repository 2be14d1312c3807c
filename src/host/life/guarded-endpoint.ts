/** The host's end of a life's messages: what of them Comlink gets to see, whatever carries them. */
import type { MessageEndpoint, ReadMessage } from "../../contract/message-endpoint.js";
import { systemClock } from "../clock.js";
import { FloodGauge } from "./flood-gauge.js";
import { isAnswer } from "./is-answer.js";
import { readFrame } from "./read-frame.js";

export interface EndpointGuard {
  /** Whether nothing that comes is heard any more. */
  readonly isDeaf: () => boolean;
  /** The far side broke the protocol; the message says how, as the end of a sentence. */
  readonly onFault: (message: string) => undefined;
}

/**
 * Admits frames as `read-frame.ts` says, answers only to what was asked, and no flood of either.
 * @param connect Makes the endpoint, which has each message judged.
 */
export function guardedEndpoint(
  connect: (read: ReadMessage) => MessageEndpoint,
  { isDeaf, onFault }: EndpointGuard,
): MessageEndpoint {
  const gauge = new FloodGauge(systemClock);
  /** Ids of the host's questions that are unanswered; as many as calls in flight at the most. */
  const asked = new Set<string>();
  const endpoint = connect((message) => {
    if (isDeaf()) return undefined;
    if (gauge.isFlooded()) return onFault("it floods its port with frames");
    const read = readFrame(message);
    if ("fault" in read) return onFault(read.fault);
    if (read.answerTo !== undefined && !asked.delete(read.answerTo)) {
      return onFault("a frame answers nothing that was asked");
    }
    return read.frame;
  });
  return {
    ...endpoint,
    postMessage: (message: { readonly id: string }, transfer) => {
      if (!isAnswer(message)) asked.add(message.id);
      endpoint.postMessage(message, transfer);
    },
  };
}
