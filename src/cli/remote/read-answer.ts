/** Reading what a server has answered. */
import { z } from "zod";

import { plainText } from "../plain-text.js";
import type { ServerAnswer } from "./request-server.js";

/** Of a server's message on a terminal. */
const MAX_MESSAGE_CHARACTERS = 1_000;

const errorSchema = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string() }) });

/**
 * The JSON of an answer that is a success.
 * @param what it is, for the message.
 * @throws {Error} the server has refused, and says why; or it is none of Stockpile's.
 */
export function readAnswer<T>(answer: ServerAnswer, schema: z.ZodType<T>, what: string): T {
  checkSuccess(answer);
  const result = schema.safeParse(tryJson(answer.body));
  if (result.success) return result.data;
  throw new Error(`Cannot read the answer of ${answer.url.href}: expected ${what} of a Stockpile server`);
}

/** @throws {Error} the server has refused, and says why; or it is none of Stockpile's. */
export function checkSuccess({ url, status, body }: ServerAnswer): void {
  if (status >= 200 && status < 300) return;
  const parsed = errorSchema.safeParse(tryJson(body));
  if (!parsed.success) {
    throw new Error(
      `Cannot read the answer of ${url.href}: expected one of a Stockpile server: received status ${status}`,
    );
  }
  const { code, message } = parsed.data.error;
  const hint = code === "STOCKPILE_TOKEN_REQUIRED" ? ": set STOCKPILE_TOKEN, or give --token-file" : "";
  throw new Error(`${plainText(message, MAX_MESSAGE_CHARACTERS)}${hint}`);
}

function tryJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    // Whatever else answers there; the caller says what was expected.
    return undefined;
  }
}
