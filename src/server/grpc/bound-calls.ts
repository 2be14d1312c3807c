import { ServerInterceptingCall, status as Status } from "@grpc/grpc-js";
import type { ServerInterceptor } from "@grpc/grpc-js";

/**
 * Bounds how many calls hold a request at once, received in part or whole, whatever the number of connections: grpc-js
 * keeps each in memory and has no limit but that of one request. A stream of answers holds none once its request is
 * there. What is refused holds nothing: grpc-js throws away what comes after a status.
 */
export function boundCalls(maxCalls: number): ServerInterceptor {
  let held = 0;
  return ({ responseStream }, call) => {
    let isHeld = false;
    const letGo = (): void => {
      if (isHeld) held -= 1;
      isHeld = false;
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          // Not before: of a call that is gone by then nothing is told, not even its end.
          onReceiveMetadata(metadata, pass) {
            if (held >= maxCalls) {
              const details = `Cannot take call: expected at most ${maxCalls} at once`;
              call.sendStatus({ code: Status.RESOURCE_EXHAUSTED, details });
              return;
            }
            held += 1;
            isHeld = true;
            pass(metadata);
          },
          onReceiveHalfClose(pass) {
            if (responseStream) letGo();
            pass();
          },
          // Told however a call has ended, once its client has taken all of it.
          onCancel: letGo,
        }),
    });
  };
}
