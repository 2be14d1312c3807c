import { operationName } from "../../contract/call-frames.js";
import { BackendError, BackendOverloadedError, BackendTimeoutError } from "../../contract/errors.js";
import { fromWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";
import type { CallRequest } from "./call.js";

/** What is under way, or may be at most. */
export interface InFlight {
  readonly calls: number;
  readonly bytes: number;
}

/** Words the failures of one plugin's calls. */
export class CallErrors {
  readonly #pluginName: string;

  constructor(pluginName: string) {
    this.#pluginName = pluginName;
  }

  /** The call was not sent: there are too many already. */
  overloaded(request: CallRequest, limits: InFlight, present: InFlight): BackendOverloadedError {
    const details = this.#details(request);
    return new BackendOverloadedError(
      `Cannot ${details.operation} in ${this.#name(request)}: ` +
        `expected at most ${limits.calls} calls and ${limits.bytes} bytes in flight: ` +
        `there are ${present.calls} calls and ${present.bytes} bytes`,
      details,
    );
  }

  /** The call could not be sent. */
  notPosted(request: CallRequest, cause: unknown): BackendError {
    const details = this.#details(request);
    const message = `Cannot send ${details.operation} to plugin "${this.#pluginName}": the call cannot be posted`;
    return new BackendError(message, { ...details, cause });
  }

  /** The backend answered with an error. */
  failed(request: CallRequest, error: WireError, elapsedMs: number): BackendError {
    const details = this.#details(request);
    const message = `${this.#name(request, "S")} failed to ${details.operation}: ${error.message}`;
    return new BackendError(message, { ...details, cause: fromWireError(error), elapsedMs });
  }

  /** The backend did not answer in time. */
  timedOut(request: CallRequest, elapsedMs: number): BackendTimeoutError {
    const details = this.#details(request);
    const message = `${this.#name(request, "S")} did not ${details.operation} within ${Math.round(elapsedMs)} ms`;
    return new BackendTimeoutError(message, { ...details, elapsedMs });
  }

  #name({ observer }: CallRequest, initial: "S" | "s" = "s"): string {
    return `${initial}torage backend "${observer.backendId}" of plugin "${this.#pluginName}"`;
  }

  #details({ operation, observer }: CallRequest): {
    readonly pluginName: string;
    readonly backendId: string;
    readonly operation: string;
  } {
    return {
      pluginName: this.#pluginName,
      backendId: observer.backendId,
      operation: operationName(operation),
    };
  }
}
