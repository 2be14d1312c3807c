/**
 * A way into a worker thread through Node's inspector, as far as one question after the other. No port is opened.
 *
 * A thread must not be terminated while it answers: the question's own end may swallow the termination, and the thread
 * would run on. Whoever ends it waits until it is quiet, and insists where it is not.
 */
import type { Session } from "node:inspector";
import type { Worker } from "node:worker_threads";

/** Characters of an answer that are read: ten times what a stack takes. */
const MAX_ANSWER_CHARACTERS = 1_048_576;

export class ThreadInspector {
  readonly #session: Session;
  /** Of this thread, among all of the process. */
  readonly #sessionId: string;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #asked = 0;
  #isClosed = false;
  #listeners: (() => void)[] = [];

  private constructor(session: Session, sessionId: string) {
    this.#session = session;
    this.#sessionId = sessionId;
    session.on("NodeWorker.receivedMessageFromWorker", ({ params }) => {
      if (params.sessionId === sessionId) this.#take(params.message);
    });
  }

  /**
   * Resolves with `undefined` where there is no way in: in a Node without an inspector or with permissions that shut it,
   * in a host that is itself a worker thread, or once the thread has gone.
   */
  static async open(thread: Worker): Promise<ThreadInspector | undefined> {
    let session: Session | undefined;
    try {
      // Loaded only where it is needed, and not in every build of Node.
      const { Session } = await import("node:inspector");
      session = new Session();
      session.connect();
      let sessionId: string | undefined;
      session.on("NodeWorker.attachedToWorker", ({ params }) => {
        // "[worker 3] its name"
        if (params.workerInfo.title.startsWith(`[worker ${thread.threadId}]`)) sessionId = params.sessionId;
      });
      let failure: Error | null = null;
      // Answers at once, after all threads have been attached to.
      session.post("NodeWorker.enable", { waitForDebuggerOnStart: false }, (error) => (failure = error));
      if (failure === null && sessionId !== undefined) return new ThreadInspector(session, sessionId);
      session.disconnect();
    } catch {
      // No way in, as above.
      session?.disconnect();
    }
    return undefined;
  }

  /** Resolves with the result, with `undefined` where the thread knows none or is closed to; never, where it has gone. */
  ask(method: string, parameters: object): Promise<unknown> {
    if (this.#isClosed) return Promise.resolve(undefined);
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      const message = JSON.stringify({ id, method, params: parameters });
      this.#session.post(
        "NodeWorker.sendMessageToWorker",
        { sessionId: this.#sessionId, message },
        (error) => {
          if (error !== null) this.#answer(id, undefined);
        },
      );
    });
  }

  /** Resolves when nothing is asked that has not been answered. */
  quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#listeners.push(resolve);
      this.#tellQuiet();
    });
  }

  /** Leaves the thread alone. What is unanswered is answered with `undefined`. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#session.disconnect();
    for (const id of this.#waiting.keys()) this.#answer(id, undefined);
  }

  #take(message: string): void {
    try {
      if (message.length > MAX_ANSWER_CHARACTERS) return this.close();
      const { id, result } = JSON.parse(message) as { readonly id?: number; readonly result?: unknown };
      if (id !== undefined) this.#answer(id, result);
    } catch {
      // No message of the inspector's: it is not answered.
    }
  }

  #answer(id: number, result: unknown): void {
    const resolve = this.#waiting.get(id);
    if (resolve === undefined) return;
    this.#waiting.delete(id);
    resolve(result);
    this.#tellQuiet();
  }

  #tellQuiet(): void {
    if (this.#waiting.size > 0) return;
    for (const listener of this.#listeners.splice(0)) listener();
  }
}
