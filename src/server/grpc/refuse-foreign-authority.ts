import { ServerInterceptingCall, status as Status } from "@grpc/grpc-js";
import type { ServerInterceptor } from "@grpc/grpc-js";

import { isServedHost, SERVED_HOSTS } from "../is-served-host.js";

/** Ends calls whose `:authority` is no host that is served, as requests over HTTP are refused for their `Host`. */
export function refuseForeignAuthority(hosts: readonly string[]): ServerInterceptor {
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          // Not before: of a call that is gone by then nothing is told, not even its end.
          onReceiveMetadata(metadata, pass) {
            // Node takes no request over HTTP/2 that has neither this nor "host", which grpc-js answers in its place.
            const host = call.getHost();
            if (isServedHost(host, hosts)) {
              pass(metadata);
              return;
            }
            const details = `Cannot serve host "${host.slice(0, 255)}": expected ${SERVED_HOSTS}`;
            call.sendStatus({ code: Status.PERMISSION_DENIED, details });
          },
        }),
    });
}
