/** What crosses between the host and a plugin: few frames, and nothing that is nobody's business. */
import { MessagePort } from "node:worker_threads";
import test from "ava";
import type { ExecutionContext } from "ava";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";

const CALLS = 200;

/** Frames as they cross, in the form of Comlink's messages. */
interface Frame {
  readonly type?: string;
  readonly path?: readonly string[];
  readonly value?: { readonly rows?: ArrayLike<number>; readonly bytes?: Uint8Array };
  readonly argumentList?: readonly {
    readonly value?: { readonly rows?: ArrayLike<number>; readonly bytes?: Uint8Array };
  }[];
}

interface Crossing {
  /** Frames with calls that the host has sent. */
  readonly calls: Frame[];
  /** Frames with results that it has got; those without any are left out. */
  readonly results: Frame[];
}

leavesNothing(test);

test.serial(`${CALLS} calls of one turn cross as one frame, and their results as one`, async (t) => {
  const { stage, crossing } = await openWatched(t);
  await Promise.all(Array.from({ length: CALLS }, (_, index) => stage.strict.get(`key ${index}`)));
  t.is(crossing.calls.length, 1);
  t.is(crossing.results.length, 1);
  t.is(rowsOf(crossing.results[0]!), CALLS);
});

test.serial("results that become ready together later return as one frame", async (t) => {
  const { stage, crossing } = await openWatched(t);
  await Promise.all(Array.from({ length: CALLS }, (_, index) => stage.strict.get(`gather:${index}`)));
  t.is(crossing.calls.length, 1);
  t.is(crossing.results.length, 1);
  t.deepEqual(crossing.results[0]!.path, ["settle"]);
  t.is(rowsOf(crossing.results[0]!), CALLS);
});

test.serial("a slow call does not delay the others of its frame", async (t) => {
  const { stage, crossing } = await openWatched(t);
  const startedAt = performance.now();
  let slowMs = 0;
  const slow = stage.strict.get("slow-300:1").then(() => (slowMs = performance.now() - startedAt));
  await Promise.all(Array.from({ length: 50 }, (_, index) => stage.strict.get(`key ${index}`)));
  const othersMs = performance.now() - startedAt;
  await slow;
  t.is(crossing.calls.length, 1);
  t.true(slowMs >= 295);
  t.true(othersMs < 200, `${othersMs} ms`);
});

test.serial("a small Buffer crosses without the pool it is a part of", async (t) => {
  const { stage, crossing } = await openWatched(t);
  await stage.lenient.get("pooled:1");
  const [reply] = crossing.results;
  const bytes = reply?.value?.bytes ?? reply?.argumentList?.[0]?.value?.bytes;
  t.is(bytes?.byteLength, "small".length);
  t.is(bytes?.buffer.byteLength, "small".length);
  t.is(Buffer.from(bytes!.buffer).toString(), "small");
});

test.serial("small values set in one turn cross in memory of exactly their size", async (t) => {
  const { stage, crossing } = await openWatched(t);
  Buffer.from("SECRET".repeat(50));
  const sizes: number[] = [];
  const category = stage.stockpile.category<Uint8Array>("bytes", { codec: "bytes" });
  await Promise.all([1, 2, 3].map((index) => category.set(`key ${index}`, Buffer.from(`small ${index}`))));
  for (const { argumentList } of crossing.calls) {
    const bytes = argumentList?.[0]?.value?.bytes;
    t.is(bytes?.buffer.byteLength, bytes?.byteLength);
    t.false(Buffer.from(bytes!.buffer).includes("SECRET"));
    sizes.push(bytes!.byteLength);
  }
  t.is(sizes.length, 1);
  t.true(sizes[0]! < 1000);
});

/** Opens a stage whose frames to and from its faulty plugin are noted from now on. */
async function openWatched(t: ExecutionContext): Promise<{ stage: Stage; crossing: Crossing }> {
  const crossing: Crossing = { calls: [], results: [] };
  // oxlint-disable-next-line typescript/unbound-method -- They are called on the port they were called on.
  const { postMessage, on } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function spied(
    this: MessagePort,
    message: Frame,
    transfer?: unknown,
  ): void {
    // Before it crosses: what is transferred is empty afterwards.
    if (message.path?.[0] === "invoke") crossing.calls.push(structuredClone(message));
    postMessage.call(this, message, transfer as never);
  } as typeof postMessage;
  MessagePort.prototype.on = function spied(
    this: MessagePort,
    event: string,
    listener: (value: Frame) => void,
  ) {
    const noting = (message: Frame): void => {
      if (rowsOf(message) > 0) crossing.results.push(message);
      listener(message);
    };
    return on.call(this, event as "message", event === "message" ? noting : listener);
  } as typeof on;
  t.teardown(() => Object.assign(MessagePort.prototype, { postMessage, on }));
  const stage = await Stage.open({ limits: { call: "2s" } });
  t.teardown(() => stage.close());
  crossing.calls.length = 0;
  crossing.results.length = 0;
  return { stage, crossing };
}

/** How many results a frame holds. */
function rowsOf(frame: Frame): number {
  const { value, argumentList, path } = frame ?? {};
  const reply = path?.[0] === "settle" ? argumentList?.[0]?.value : value;
  const columns = 5;
  return (reply?.rows?.length ?? 0) / columns;
}
