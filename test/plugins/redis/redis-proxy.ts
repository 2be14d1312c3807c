import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** What a client has sent and the server has not been given yet. */
interface Held {
  readonly upstream: Socket;
  readonly chunks: Buffer[];
}

/** A network between a client and a server: it can be slow, and deliver late what was sent. */
export class RedisProxy {
  /** How long answers take on their way, in ms. */
  delayMs = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #passing = new Map<Socket, Held>();
  #held: Held[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    server.on("connection", (client) => this.#serve(client, port));
  }

  /** Opens one on a free port. Whoever does closes it. */
  static async open(port: number): Promise<RedisProxy> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RedisProxy(server, port);
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on TCP
  }

  /** From now on nothing that is sent over the connections there are arrives, and that they end is not told either. */
  hold(): void {
    this.#held = [...this.#passing.values()];
  }

  /** Delivers what was held. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    for (const { upstream, chunks } of held) {
      if (upstream.writable)
        await new Promise((resolve) => upstream.end(Buffer.concat(chunks), () => resolve(undefined)));
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(client: Socket, port: number): void {
    const upstream = connect(port, "127.0.0.1");
    const passing: Held = { upstream, chunks: [] };
    this.#passing.set(client, passing);
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.#sockets.delete(socket));
      socket.setNoDelay(true);
    }
    client.on("data", (chunk) => {
      if (this.#held.includes(passing)) passing.chunks.push(chunk);
      else upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (this.delayMs === 0) client.write(chunk);
      else setTimeout(() => client.writable && client.write(chunk), this.delayMs);
    });
    client.on("close", () => {
      this.#passing.delete(client);
      if (!this.#held.includes(passing)) upstream.destroy();
    });
    upstream.on("close", () => client.destroy());
  }
}
