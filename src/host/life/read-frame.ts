/**
 * The guard in front of Comlink on the host's side.
 *
 * Comlink lets the far side walk from any exposed object to `constructor` and so to code on the host's main thread,
 * write prototypes, release the endpoint, and crash the process with one frame it cannot read. So a frame reaches
 * Comlink only if it applies one of the named methods with plain arguments, or answers a call with a plain value,
 * and it reaches Comlink rebuilt. What has other members than these was made by hand, to have the host decode them.
 */
import { hasOnlyItems, hasOnlyMembers } from "../../contract/has-only.js";
import { HOST_METHODS } from "../../contract/protocol.js";

/** Comlink's ids have four parts of at most 14 hexadecimal digits. */
const MAX_ID_CHARACTERS = 64;
/** The most arguments a method of the host's takes. */
const MAX_ARGUMENTS = 2;

const ANSWER_MEMBERS: ReadonlySet<string> = new Set(["id", "type", "value"]);
const CALL_MEMBERS: ReadonlySet<string> = new Set(["id", "type", "path", "argumentList"]);
const ARGUMENT_MEMBERS: ReadonlySet<string> = new Set(["type", "value"]);

/** A frame, rebuilt. */
export type AdmittedFrame =
  | { readonly id: string; readonly type: "RAW"; readonly value: unknown }
  | {
      readonly id: string;
      readonly type: "APPLY";
      readonly path: readonly [method: string];
      readonly argumentList: readonly { readonly type: "RAW"; readonly value: unknown }[];
    };

/** A frame that Comlink may see, or why not. */
export type ReadFrame =
  | {
      readonly frame: AdmittedFrame;
      /** The id of the host's question that it answers, where it is an answer. */
      readonly answerTo?: string;
    }
  | { readonly fault: string };

export function readFrame(data: unknown): ReadFrame {
  if (typeof data !== "object" || data === null) return { fault: "a frame is no object" };
  const { id, type, path, argumentList, value } = data as Record<string, unknown>;
  if (typeof id !== "string" || id.length === 0 || id.length > MAX_ID_CHARACTERS) {
    return { fault: "a frame has no id" };
  }
  // The answer to a call of the host's. Its methods answer errors as data, so there is no other form.
  if (type === "RAW") {
    if (!hasOnlyMembers(data, ANSWER_MEMBERS)) return { fault: "an answer has members of no use" };
    return { frame: { id, type, value }, answerTo: id };
  }
  if (type !== "APPLY") return { fault: `a frame asks for ${shown(type)}` };
  if (!Array.isArray(path) || path.length !== 1) return { fault: "a frame names no single method" };
  const method: unknown = path[0];
  if (typeof method !== "string" || !HOST_METHODS.has(method)) {
    return { fault: `a frame calls ${shown(method)}` };
  }
  if (!Array.isArray(argumentList) || argumentList.length > MAX_ARGUMENTS) {
    return { fault: `a call of ${method} has no argument list` };
  }
  const isCall = hasOnlyMembers(data, CALL_MEMBERS) && hasOnlyItems(path) && hasOnlyItems(argumentList);
  if (!isCall) return { fault: `a call of ${method} has members of no use` };
  const rebuilt: { readonly type: "RAW"; readonly value: unknown }[] = [];
  for (let index = 0; index < argumentList.length; index += 1) {
    const argument: unknown = argumentList[index];
    if (typeof argument !== "object" || argument === null)
      return { fault: `an argument of ${method} is bare` };
    const raw = argument as Record<string, unknown>;
    if (raw["type"] !== "RAW") return { fault: `an argument of ${method} is no plain value` };
    if (!hasOnlyMembers(raw, ARGUMENT_MEMBERS))
      return { fault: `an argument of ${method} has members of no use` };
    rebuilt.push({ type: "RAW", value: raw["value"] });
  }
  return { frame: { id, type, path: [method], argumentList: rebuilt } };
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : typeof value;
}
