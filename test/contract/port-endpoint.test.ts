import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import test from "ava";
import type { ExecutionContext } from "ava";
import { portEndpoint } from "../../src/contract/port-endpoint.js";

function openChannel(t: ExecutionContext): { port1: MessagePort; port2: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  t.teardown(() => port1.close());
  return { port1, port2 };
}

test("portEndpoint() hands each message of the port to each listener, as an event's data", async (t) => {
  const { port1, port2 } = openChannel(t);
  const endpoint = portEndpoint(port1);
  const heard: unknown[] = [];
  endpoint.addEventListener("message", (event: MessageEvent) => void heard.push(event));
  endpoint.addEventListener("message", (event: MessageEvent) => void heard.push(event));
  port2.postMessage({ n: 1 });
  await once(port1, "message");
  t.deepEqual(heard, [{ data: { n: 1 } }, { data: { n: 1 } }]);
});

test("portEndpoint() shows listeners what `read` makes of a message, and nothing where that is undefined", async (t) => {
  const { port1, port2 } = openChannel(t);
  const endpoint = portEndpoint(port1, (data) => (data === "secret" ? undefined : `read ${String(data)}`));
  const heard: unknown[] = [];
  endpoint.addEventListener("message", ({ data }: MessageEvent) => void heard.push(data));
  port2.postMessage("secret");
  port2.postMessage("hello");
  await once(port1, "message");
  await once(port1, "message");
  t.deepEqual(heard, ["read hello"]);
});

test("deliver() treats a message as if the port had brought it, `read` included", (t) => {
  const { port1 } = openChannel(t);
  const endpoint = portEndpoint(port1, (data) => (data === "bad" ? undefined : data));
  const heard: unknown[] = [];
  endpoint.addEventListener("message", ({ data }: MessageEvent) => void heard.push(data));
  endpoint.deliver("bad");
  endpoint.deliver("good");
  t.deepEqual(heard, ["good"]);
});

test("removeEventListener() takes a listener off", (t) => {
  const { port1 } = openChannel(t);
  const endpoint = portEndpoint(port1);
  const heard: unknown[] = [];
  const listener = ({ data }: MessageEvent): void => void heard.push(data);
  endpoint.addEventListener("message", listener);
  endpoint.deliver(1);
  endpoint.removeEventListener("message", listener);
  endpoint.deliver(2);
  t.deepEqual(heard, [1]);
});

test("postMessage() posts to the port and transfers what it is told to", async (t) => {
  const { port1, port2 } = openChannel(t);
  const endpoint = portEndpoint(port1);
  const bytes = Uint8Array.of(1, 2, 3);
  endpoint.postMessage({ bytes }, [bytes.buffer]);
  t.is(bytes.byteLength, 0);
  t.deepEqual(await once(port2, "message"), [{ bytes: Uint8Array.of(1, 2, 3) }]);
});

test("portEndpoint() gives Comlink no way to close the port", (t) => {
  const { port1 } = openChannel(t);
  const endpoint = portEndpoint(port1);
  t.deepEqual(Object.keys(endpoint).toSorted(), [
    "addEventListener",
    "deliver",
    "postMessage",
    "removeEventListener",
  ]);
});
