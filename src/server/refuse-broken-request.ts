/** Answers what is not an HTTP request, or not a whole one in time. */
import { ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

import { errorResponse } from "./error-response.js";
import { HttpError } from "./http-error.js";

/** A `clientError` listener: says what was wrong, where nothing has been said on this connection, and ends it. */
export function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (isGone(error) || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const { status, body } = errorResponse(describe(error.code));
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(text)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${text}`, () => socket.destroy());
}

/** Whether there is nobody to be told: the connection is broken, or never came to be within TLS. */
function isGone({ code = "" }: NodeJS.ErrnoException): boolean {
  return code === "ECONNRESET" || code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_");
}

/** Whether part of a response has been sent: anything more would be taken for the rest of it. */
function isAnswering(socket: Duplex): boolean {
  // Node's own handler reads the same field; without it, a broken request after an answer is answered once more.
  const reply: unknown = Reflect.get(socket, "_httpMessage");
  return reply instanceof ServerResponse && reply.headersSent;
}

function describe(code: string | undefined): HttpError {
  if (code === "HPE_HEADER_OVERFLOW") {
    return new HttpError(
      431,
      "STOCKPILE_HEADERS_TOO_LARGE",
      "Cannot take request: its headers are too large",
    );
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new HttpError(408, "STOCKPILE_REQUEST_TIMEOUT", "Cannot take request: it did not arrive in time");
  }
  return new HttpError(400, "STOCKPILE_REQUEST_INVALID", "Cannot take request: expected HTTP/1.1");
}
