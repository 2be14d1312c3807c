import { ServerInterceptingCall, status as Status } from "@grpc/grpc-js";
import type { ServerInterceptor } from "@grpc/grpc-js";

import type { Cancel, Clock } from "../../host/main.js";

export interface CallLimits {
  readonly clock: Clock;
  /** How long a client may take to send its request, or the next of a stream, and to take the end of its answer. */
  readonly timeoutMs: number;
  /** Cuts the connection of a client, named as `getPeer()` of its call has it. */
  readonly cut: (peer: string) => void;
}

/**
 * Ends calls whose request does not arrive, and cuts off clients that do not take their answer: a connection with a call
 * is not idle, so that nothing else would ever end them. An answer that is waited for has no limit here.
 */
export function limitCalls({ clock, timeoutMs, cut }: CallLimits): ServerInterceptor {
  return ({ requestStream, responseStream }, call) => {
    let cancel: Cancel | undefined;
    const stop = (): void => {
      cancel?.();
      cancel = undefined;
    };
    const limit = (onLate: () => void): void => {
      stop();
      cancel = clock.schedule(onLate, timeoutMs);
    };
    const awaitRequest = (): void =>
      limit(() => {
        const details = `Cannot take call: its request did not arrive within ${timeoutMs} ms`;
        call.sendStatus({ code: Status.DEADLINE_EXCEEDED, details });
      });
    const awaitTaking = (): void => limit(() => cut(call.getPeer()));
    awaitRequest();
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMessage(message: unknown, pass) {
            if (requestStream) awaitRequest();
            pass(message);
          },
          onReceiveHalfClose(pass) {
            stop();
            pass();
          },
          // Told however a call has ended, once its client has taken all of it.
          onCancel: stop,
        }),
      sendMessage(message: unknown, pass) {
        // The status follows once the message is taken. Who sends a stream looks himself at how it is taken.
        if (!responseStream) awaitTaking();
        pass(message);
      },
      sendStatus(status, pass) {
        awaitTaking();
        pass(status);
      },
    });
  };
}
