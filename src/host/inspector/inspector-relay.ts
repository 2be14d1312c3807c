/**
 * Passes debuggers on to the inspector of one life. Node does not end a thread that a debugger is attached to, nor a
 * process that ends by itself, before the debugger leaves: so debuggers are attached to the host, which can cut them off.
 */
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** Inspectors and their relays are reachable from this machine alone. */
const LOOPBACK = "127.0.0.1";

export class InspectorRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param targetPort where the inspector of the life listens. */
  constructor(targetPort: number) {
    this.#server = createServer((debuggers) => this.#pass(debuggers, connect(targetPort, LOOPBACK)));
    // A debugger that could not be accepted, as where descriptors are out, is told so by its connection; nobody listening
    // to the error would end the process.
    this.#server.on("error", () => undefined);
    // It is there for the life, and keeps no process running that would end without.
    this.#server.unref();
  }

  /**
   * Listens; answers on which port.
   * @param port 0: any free one.
   * @throws {Error} Node's own, as of `listen`.
   */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
        this.#server.off("error", reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Cuts off whoever is attached, and frees the port at once. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(near: Socket, far: Socket): void {
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.pipe(other);
      // What went wrong concerns the two ends alone, and both see that the connection is over.
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
