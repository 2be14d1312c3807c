import { connect } from "node:net";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { StoreReply, StoreRequest } from "../runner/store-frames.js";

interface Waiting {
  readonly resolve: (reply: StoreReply) => void;
  readonly reject: (error: Error) => void;
}

/** A connection to the store that outlives the plugin. It is made at once, and lasts as long as the backend. */
export class StoreConnection {
  readonly #space: string;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isBroken = false;

  /** @param space Whose entries they are: a store serves many. */
  constructor(port: number, space: string) {
    this.#space = space;
    this.#socket = connect(port, "127.0.0.1");
    createInterface(this.#socket)
      .on("line", (line) => this.#answered(JSON.parse(line) as StoreReply))
      .on("error", () => undefined);
    this.#socket.setNoDelay(true);
    this.#socket.on("error", () => undefined).on("close", () => this.#broken());
  }

  ask(request: Omit<StoreRequest, "id" | "space">): Promise<StoreReply> {
    return new Promise((resolve, reject) => {
      if (this.#isBroken) {
        reject(new Error("The store is not connected"));
        return;
      }
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve, reject });
      this.#socket.write(`${JSON.stringify({ ...request, id: this.#lastId, space: this.#space })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #answered(reply: StoreReply): void {
    this.#waiting.get(reply.id)?.resolve(reply);
    this.#waiting.delete(reply.id);
  }

  #broken(): void {
    this.#isBroken = true;
    for (const { reject } of this.#waiting.values()) reject(new Error("The store is not reachable"));
    this.#waiting.clear();
  }
}
