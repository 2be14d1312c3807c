import { once } from "node:events";
import { WebSocket } from "ws";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
}

/** A debugger, as far as tests need one: it speaks the protocol of V8's inspector over a WebSocket. */
export class DebuggerClient {
  readonly #socket: WebSocket;
  readonly #messages: Message[] = [];
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#messages.push(JSON.parse(data.toString())));
    socket.on("error", () => {}); // it is cut off when a life ends
  }

  /** Attaches to the address that is in health. */
  static async attach(url: string): Promise<DebuggerClient> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new DebuggerClient(socket);
  }

  /** Sends a command without waiting for its result: one that pauses has none until it is resumed. */
  send(method: string, params: object = {}): number {
    this.#asked += 1;
    this.#socket.send(JSON.stringify({ id: this.#asked, method, params }));
    return this.#asked;
  }

  /** Evaluates an expression; answers its value. */
  async evaluate(expression: string): Promise<unknown> {
    const id = this.send("Runtime.evaluate", { expression, returnByValue: true });
    const { result } = await this.#message((message) => message.id === id);
    return (result as { result: { value?: unknown } }).result.value;
  }

  /** Has the plugin stand still at a breakpoint. */
  async pause(): Promise<void> {
    this.send("Debugger.enable");
    // As in the plugin's own code: paused within the command itself, newer Nodes hear of nothing more.
    this.send("Runtime.evaluate", { expression: "setTimeout(() => { debugger; })" });
    await this.#message(({ method }) => method === "Debugger.paused");
  }

  /** Resolves when it has been cut off. */
  async closed(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, "close");
  }

  leave(): void {
    this.#socket.terminate();
  }

  async #message(isMeant: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.#messages.find(isMeant);
      if (found !== undefined) return found;
      await once(this.#socket, "message");
    }
  }
}
