import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { createInterface } from "node:readline";
import type { StoreReply, StoreRequest } from "./store-frames.js";

/** The store behind the plugins of all cells: outside of every host, so that what it has outlives them. */
export class StoreServer {
  readonly #spaces = new Map<string, Map<string, string>>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => this.#serve(socket));
  }

  static async open(): Promise<StoreServer> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return new StoreServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // it listens on a port
  }

  /** Forgets what a cell has stored. */
  drop(space: string): void {
    this.#spaces.delete(space);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => this.#sockets.delete(socket)).on("error", () => undefined);
    createInterface(socket)
      .on("line", (line) => {
        const request = readRequest(line);
        // A fault may write into every descriptor its process has, this one's far end included.
        if (request === undefined) socket.destroy();
        else if (!socket.destroyed) socket.write(`${JSON.stringify(this.#do(request))}\n`);
      })
      .on("error", () => undefined);
  }

  #do({ id, space, operation, category, key = "", value = "", limit = 0 }: StoreRequest): StoreReply {
    const entries = this.#entriesOf(space);
    const prefix = `${category}/`;
    const name = prefix + key;
    if (operation === "get") return answerOf(id, entries.get(name));
    if (operation === "scan") {
      const keys = [...entries.keys()].filter((entry) => entry.startsWith(prefix) && entry > name);
      return {
        id,
        keys: keys
          .toSorted()
          .slice(0, limit)
          .map((entry) => entry.slice(prefix.length)),
      };
    }
    if (operation === "put") entries.set(name, value);
    else if (operation === "purge") entries.delete(name);
    else for (const entry of entries.keys()) if (entry.startsWith(prefix)) entries.delete(entry);
    return { id };
  }

  #entriesOf(space: string): Map<string, string> {
    const entries = this.#spaces.get(space) ?? new Map<string, string>();
    this.#spaces.set(space, entries);
    return entries;
  }
}

function answerOf(id: number, value: string | undefined): StoreReply {
  return value === undefined ? { id } : { id, value };
}

function readRequest(line: string): StoreRequest | undefined {
  try {
    const request = JSON.parse(line) as Partial<StoreRequest> | null;
    // What parses has been written by a StoreConnection; a fault writes nothing that does.
    return typeof request?.id === "number" && typeof request.space === "string"
      ? (request as StoreRequest)
      : undefined;
  } catch {
    return undefined;
  }
}
