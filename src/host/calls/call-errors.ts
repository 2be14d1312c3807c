import { operationName } from "../../contract/call-frames.js";
import { BackendError, BackendOverloadedError, BackendTimeoutError } from "../../contract/errors.js";
import { fromWireError } from "../../contract/wire-error.js";
import type { WireError } from "../../contract/wire-error.js";
import type { CallRequest } from "./call.js";
import { backendFields, nameBackend } from "./name-backend.js";
import { maskError } from "./mask-error.js";
import type { Mask } from "./mask-error.js";

/** What is under way, or may be at most. */
export interface InFlight {
  readonly calls: number;
  readonly bytes: number;
}

/** Words the failures of one plugin's calls. */
export class CallErrors {
  readonly #pluginName: string;
  readonly #mask: Mask;

  constructor(pluginName: string, mask: Mask) {
    this.#pluginName = pluginName;
    this.#mask = mask;
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
  failed(request: CallRequest, raw: WireError, elapsedMs: number): BackendError {
    const error = maskError(raw, this.#mask);
    const details = this.#details(request);
    const message = `${capitalised(this.#name(request))} failed to ${details.operation}: ${error.message}`;
    return new BackendError(message, { ...details, cause: fromWireError(error), elapsedMs });
  }

  /** The backend did not answer in time. */
  timedOut(request: CallRequest, elapsedMs: number): BackendTimeoutError {
    const details = this.#details(request);
    const message = `${capitalised(this.#name(request))} did not ${details.operation} within ${Math.round(elapsedMs)} ms`;
    return new BackendTimeoutError(message, { ...details, elapsedMs });
  }

  #name({ observer }: CallRequest): string {
    return nameBackend({ pluginName: this.#pluginName, backendId: observer.backendId });
  }

  #details({ operation, observer }: CallRequest): CallDetails {
    const { backendId } = observer;
    return {
      ...backendFields({ pluginName: this.#pluginName, backendId }),
      operation: operationName(operation),
    };
  }
}

/** What every failed call says of itself. */
interface CallDetails {
  readonly pluginName: string;
  readonly backendId?: string;
  readonly operation: string;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
