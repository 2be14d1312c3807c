import type { ExecutionContext } from "ava";
import { once } from "node:events";
import { connect } from "node:http2";
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { connect as connectSocket, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** The largest window there is: what comes is held up by nothing but the connection. */
const LARGEST_WINDOW_BYTES = 2_147_483_647;

/** A client that has asked for events. */
export interface Stalled {
  readonly stream: ClientHttp2Stream;
  /** The connection's end. */
  readonly closed: Promise<unknown>;
}

/** One that takes nothing of what comes, beyond its window of 1 kB, until it is resumed. Its connection is alive. */
export async function openStalled(t: ExecutionContext, url: string): Promise<Stalled> {
  const session = connect(url, { settings: { initialWindowSize: 1_024 } });
  const stalled = await askForEvents(t, session);
  stalled.stream.pause();
  return stalled;
}

/** One that takes all that comes, behind a connection from which nobody reads any more. It does not see its end either. */
export async function openClogged(t: ExecutionContext, port: number): Promise<void> {
  const between = createServer((near) => {
    const far = connectSocket(port, "127.0.0.1");
    for (const socket of [near, far]) {
      t.teardown(() => socket.destroy());
      socket.on("error", () => {});
    }
    far.once("close", () => near.destroy());
    near.pipe(far).pipe(near);
    sockets.push(far);
  }).listen(0, "127.0.0.1");
  const sockets: Socket[] = [];
  t.teardown(() => void between.close());
  await once(between, "listening");
  const { port: nearPort } = between.address() as AddressInfo; // it listens on an IP address
  const settings = { initialWindowSize: LARGEST_WINDOW_BYTES };
  const session = connect(`http://127.0.0.1:${nearPort}`, { settings });
  await once(session, "connect");
  session.setLocalWindowSize(LARGEST_WINDOW_BYTES);
  await askForEvents(t, session);
  for (const socket of sockets) socket.unpipe().pause();
}

async function askForEvents(t: ExecutionContext, session: ClientHttp2Session): Promise<Stalled> {
  t.teardown(() => session.destroy());
  session.on("error", () => {});
  const closed = once(session, "close");
  const stream = session.request({
    ":method": "POST",
    ":path": "/rpc.EventService/StreamEvents",
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.on("error", () => {});
  stream.end(Buffer.alloc(5));
  await once(stream, "response");
  return { stream, closed };
}
