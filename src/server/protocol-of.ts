/** Tells HTTP/2, which gRPC speaks, from HTTP/1.1 on one port. */
import type { Socket } from "node:net";

/** What a connection of HTTP/2 begins with, where nothing was agreed upon before (RFC 9113, 3.4). */
const HTTP2_PREFACE: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export type Protocol = "http/1.1" | "h2";

/**
 * Waits until the first bytes of a connection tell its protocol, and calls `onKnown` in the same turn as they were put
 * back. A connection that ends before, or has not told within `limitMs`, is destroyed.
 */
export function onProtocol(socket: Socket, limitMs: number, onKnown: (protocol: Protocol) => void): void {
  let head: Buffer = Buffer.alloc(0);
  const look = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const protocol = protocolOf(head);
    if (protocol === undefined) return;
    release();
    socket.unshift(head);
    onKnown(protocol);
  };
  const giveUp = (): void => {
    release();
    socket.on("error", ignore); // Of its end nobody is to hear either.
    socket.destroy();
  };
  const timer = setTimeout(giveUp, limitMs);
  const release = (): void => {
    clearTimeout(timer);
    socket.off("readable", look).off("end", giveUp).off("close", release).off("error", ignore);
  };
  socket.on("readable", look).on("end", giveUp).on("close", release).on("error", ignore);
}

/** `undefined`: more bytes are needed. One byte is enough for most of HTTP/1.1, whose methods seldom begin with P. */
function protocolOf(head: Buffer): Protocol | undefined {
  const length = Math.min(head.length, HTTP2_PREFACE.length);
  if (head.compare(HTTP2_PREFACE, 0, length, 0, length) !== 0) return "http/1.1";
  return head.length < HTTP2_PREFACE.length ? undefined : "h2";
}

/** A connection that breaks is closed next. */
function ignore(): void {}
