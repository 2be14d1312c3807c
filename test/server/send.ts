/** A request on a connection of its own, with nothing normalised: paths and headers go out as they are. */
import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";

export interface Sent {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
}

/** Sends one request and answers the whole response. */
export async function send(url: string, path: string, options: SendOptions = {}): Promise<Sent> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: hostname.replace(/^\[|\]$/g, ""),
      port,
      path,
      method: options.method ?? "GET",
      headers: options.headers ?? {},
      agent: false,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(options.body);
  });
}

/** Sends bytes as they are, and answers all that comes back until the server ends the connection. */
export async function sendRaw(url: string, text: string | Uint8Array): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A reset after the response is a way to end a connection too.
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    socket.on("connect", () => socket.write(text));
    socket.setTimeout(20_000, () => {
      socket.destroy();
      reject(
        new Error(
          `The server did not end the connection; it sent ${Buffer.concat(chunks).toString("latin1")}`,
        ),
      );
    });
  });
}

/** The `error` of a JSON response. */
export function errorOf({ body }: Sent): { code: string; message: string } {
  const parsed: unknown = JSON.parse(body.toString("utf8"));
  if (typeof parsed === "object" && parsed !== null && "error" in parsed) {
    const { error } = parsed;
    if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
      return { code: String(error.code), message: String(error.message) };
    }
  }
  throw new Error(`Expected an error: received ${body.toString("utf8")}`);
}
