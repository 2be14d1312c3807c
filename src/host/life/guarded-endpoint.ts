/** The host's end of a life's messages: what of them Comlink gets to see, whatever carries them. */
import type { MessageEndpoint, ReadMessage } from "../../contract/message-endpoint.js";
import { RESULT_COLUMNS } from "../../contract/call-frames.js";
import type { FrameMeter } from "./frame-meter.js";
import { isAnswer } from "./is-answer.js";
import { readFrame } from "./read-frame.js";
import type { AdmittedFrame } from "./read-frame.js";

export interface EndpointGuard {
  /** Whether nothing that comes is heard any more. */
  readonly isDeaf: () => boolean;
  /** Measures what the frames cost; here it is told what of them was asked for. */
  readonly meter: FrameMeter;
  /** The far side broke the protocol; the message says how, as the end of a sentence. */
  readonly onFault: (message: string) => undefined;
}

/**
 * Admits frames as `read-frame.ts` says, answers only to what was asked, and nothing else.
 * @param connect Makes the endpoint, which has each message judged.
 */
export function guardedEndpoint(
  connect: (read: ReadMessage) => MessageEndpoint,
  { isDeaf, meter, onFault }: EndpointGuard,
): MessageEndpoint {
  /** Ids of the host's questions that are unanswered; as many as calls in flight at the most. */
  const asked = new Set<string>();
  const endpoint = connect((message) => {
    if (isDeaf()) return undefined;
    const read = readFrame(message);
    if ("fault" in read) return onFault(read.fault);
    if (read.answerTo !== undefined && !asked.delete(read.answerTo)) {
      return onFault("a frame answers nothing that was asked");
    }
    meter.answer(resultsIn(read.frame));
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

/** How many results of calls a frame claims to bring; those that are none will be found out. */
function resultsIn(frame: AdmittedFrame): number {
  const reply: unknown = frame.type === "RAW" ? frame.value : frame.argumentList[0]?.value;
  if (typeof reply !== "object" || reply === null || !("rows" in reply)) return 0;
  const { rows } = reply;
  if (rows instanceof Float64Array) return rows.length / RESULT_COLUMNS;
  return Array.isArray(rows) && rows.length === RESULT_COLUMNS ? 1 : 0;
}
