import { once } from "node:events";
import { Server, connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import test from "ava";
import { InspectorRelay } from "../../../src/host/inspector/inspector-relay.js";

test.serial("a debugger that cannot be accepted ends nothing, and the next one can attach", async (t) => {
  const target = createServer((socket) => socket.end("hello")).listen(0, "127.0.0.1");
  t.teardown(() => target.close());
  await once(target, "listening");
  const relay = new InspectorRelay((target.address() as AddressInfo).port);
  t.teardown(() => relay.close());
  // The relay's own server, taken hold of where it begins to listen.
  const servers: Server[] = [];
  // oxlint-disable-next-line typescript/unbound-method -- Called on the server it is called on.
  const { listen } = Server.prototype;
  Server.prototype.listen = function spied(this: Server, ...given: unknown[]): Server {
    servers.push(this);
    return Reflect.apply(listen, this, given) as Server;
  } as typeof listen;
  const listening = relay.listen(0);
  Server.prototype.listen = listen;
  const port = await listening;
  // What Node does where `accept` fails.
  servers[0]!.emit("error", Object.assign(new Error("accept EMFILE"), { code: "EMFILE" }));
  const near = connect(port, "127.0.0.1");
  const [data] = (await once(near, "data")) as [Buffer];
  t.is(String(data), "hello");
});
