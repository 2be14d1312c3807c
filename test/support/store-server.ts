import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { decodeEnvelope } from "../../src/host/cache/envelope.js";
import type { StoreReply, StoreRequest } from "../fixtures/remote.js";

/** A store outside of all plugins, for the fixture `remote`: what it has can be looked at whatever becomes of those. */
export class StoreServer {
  /** What it has, by `category/key`, as it was sent: base64. */
  readonly entries: Map<string, string> = new Map();
  /** How many writes it has done. */
  writes = 0;
  /** `silent`: it takes requests, does nothing and answers nothing. `down`: it breaks every connection. */
  state: "up" | "silent" | "down" = "up";
  /** How long it takes for each answer, in ms; a write is done in the middle of that. */
  delayMs = 0;
  /** Called after each write that was done. */
  onWrite: (() => void) | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

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

  /** The JSON value it has of a key; `undefined` for none. */
  valueOf(category: string, key: string): unknown {
    const stored = this.entries.get(`${category}/${key}`);
    if (stored === undefined) return undefined;
    const envelope = decodeEnvelope(Buffer.from(stored, "base64"), category, key);
    if (envelope === undefined) throw new Error(`What is stored of "${key}" is no envelope of it`);
    return JSON.parse(Buffer.from(envelope.payload).toString());
  }

  become(state: StoreServer["state"]): void {
    this.state = state;
    if (state === "down") for (const socket of this.#sockets) socket.destroy();
  }

  /** Has every plugin that is connected exit. */
  killPlugins(): void {
    for (const socket of this.#sockets) answer(socket, { id: 0 });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #serve(socket: Socket): void {
    if (this.state === "down") {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket)).on("error", () => undefined);
    createInterface(socket)
      .on("line", (line) => this.#take(socket, JSON.parse(line) as StoreRequest))
      .on("error", () => undefined);
  }

  #take(socket: Socket, request: StoreRequest): void {
    if (this.state !== "up") return;
    if (this.delayMs === 0) {
      answer(socket, this.#do(request));
      return;
    }
    setTimeout(() => {
      const reply = this.#do(request);
      setTimeout(() => answer(socket, reply), this.delayMs / 2);
    }, this.delayMs / 2);
  }

  #do({ id, operation, category, key, value }: StoreRequest): StoreReply {
    const entry = `${category}/${key}`;
    if (operation === "get") {
      const stored = this.entries.get(entry);
      return stored === undefined ? { id } : { id, value: stored };
    }
    if (operation === "put" && value !== undefined) this.entries.set(entry, value);
    if (operation === "purge") this.entries.delete(entry);
    if (operation === "clear")
      for (const other of this.entries.keys())
        if (other.startsWith(`${category}/`)) this.entries.delete(other);
    this.writes += 1;
    this.onWrite?.();
    return { id };
  }
}

function answer(socket: Socket, reply: StoreReply): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
}
