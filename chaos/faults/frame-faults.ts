/** Hostile frames: a plugin has every port and pipe of its thread or process in its hands. */
import { closeSync, fstatSync, readdirSync, writeSync } from "node:fs";
import { MessagePort, parentPort } from "node:worker_threads";
import { encodeFrame } from "../../src/contract/frame-codec.js";
import type { Moment } from "../cells/cell.js";
import type { PluginFault } from "./fault.js";

/** Frames know no operation: a start, a call of each direction, an end and none. */
const MOMENTS_OF_FRAMES: readonly Moment[] = ["load", "initialise", "open", "get", "put", "close", "idle"];
/** What a host may stand still for while Node decodes a giant frame, before any guard sees it, in ms. */
const DECODING_MS = 5000;
/** To be decoded in one go, on each of two ports. */
const GIANT_OBJECTS = 500_000;
/** Beyond what the runtime decodes of a process at all. */
const GIANT_TEXT = "x".repeat(16 * 1024 * 1024);
const FLOOD_FRAMES = 5000;
/** Garbage as a pipe may bring it: no length makes sense of it. */
const GARBAGE = Buffer.from("\xff\xfe\x00garbage\x7f".repeat(16), "latin1");
/** A length of 4 GiB less one, and nothing behind it. */
const GIANT_LENGTH = Buffer.from([0xff, 0xff, 0xff, 0xff]);
/** How long a flood of frames goes on at the most, in ms: it is to be ended before. */
const FLOOD_MS = 2000;

/** Frames that walk from an exposed object to where code is run and prototypes are written. */
const WALKS: readonly object[] = [
  {
    id: "1-2-3-4",
    type: "APPLY",
    path: ["constructor", "constructor"],
    argumentList: [raw("globalThis.polluted = 1")],
  },
  { id: "1-2-3-4", type: "GET", path: ["__proto__"] },
  { id: "1-2-3-4", type: "SET", path: ["__proto__", "polluted"], value: raw(1) },
  {
    id: "1-2-3-4",
    type: "CONSTRUCT",
    path: ["log", "constructor"],
    argumentList: [raw("globalThis.polluted = 1")],
  },
];

export const FRAME_FAULTS: readonly PluginFault[] = [
  {
    group: "frames",
    name: "null on every port",
    why: "One null on a port that nobody guards ends the process of the host",
    moments: MOMENTS_OF_FRAMES,
    nature: "attacks",
    inject: ({ count }) => {
      count(ports().length + pipes().length);
      for (const port of ports()) port.postMessage(null);
      for (const pipe of pipes()) writePast(pipe, framed(null));
    },
  },
  {
    group: "frames",
    name: "garbage on every pipe",
    why: "Bytes that are no frame, and a length of 4 GiB that must not be waited for",
    moments: MOMENTS_OF_FRAMES,
    isolations: ["process"],
    nature: "attacks",
    inject: ({ count }) => {
      count(pipes().length);
      for (const pipe of pipes()) writePast(pipe, GIANT_LENGTH, GARBAGE);
    },
  },
  {
    group: "frames",
    name: "a giant frame",
    why: "A frame is decoded before anything of it can be checked: half a million objects in one",
    moments: ["initialise", "get", "put", "idle"],
    nature: "attacks",
    stallMs: DECODING_MS,
    inject: ({ count }) => {
      count(ports().length + pipes().length);
      const frame = {
        id: "1-2-3-4",
        type: "RAW",
        value: Array.from({ length: GIANT_OBJECTS }, (_, index) => ({ index })),
      };
      for (const port of ports()) port.postMessage(frame);
      for (const pipe of pipes()) writePast(pipe, framed(frame), framed(GIANT_TEXT));
    },
  },
  {
    group: "frames",
    name: "a flood of frames",
    why: "Messages in a loop: each costs the host a turn, and nothing else gets one",
    moments: MOMENTS_OF_FRAMES,
    nature: "attacks",
    stallMs: DECODING_MS,
    inject: ({ count }) => {
      count(ports().length + pipes().length);
      void flood();
    },
  },
  {
    group: "frames",
    name: "close every port and pipe",
    why: "The host must not wait for what can never come",
    moments: MOMENTS_OF_FRAMES,
    nature: "attacks",
    inject: ({ count }) => {
      count(ports().length + pipes().length);
      for (const port of ports()) port.close();
      for (const pipe of pipes()) closeSync(pipe);
    },
  },
  {
    group: "frames",
    name: "a walk to constructors",
    why: "Comlink as it comes lets the far side run code in the host and write its prototypes",
    moments: MOMENTS_OF_FRAMES,
    nature: "attacks",
    inject: ({ count }) => {
      count(ports().length + pipes().length);
      for (const walk of WALKS) {
        for (const port of ports()) port.postMessage(walk);
        for (const pipe of pipes()) writePast(pipe, framed(walk));
      }
    },
  },
];

function raw(value: unknown): object {
  return { type: "RAW", value };
}

/** The message ports this thread has, those of the runtime included. */
function ports(): MessagePort[] {
  // Not in Node's types, and no secret.
  const { _getActiveHandles } = process as unknown as { _getActiveHandles(): object[] };
  const found = _getActiveHandles.call(process).filter((handle) => handle instanceof MessagePort);
  return found.filter((handle) => handle !== parentPort);
}

/** The pipes this process has beside its standard ones. A thread has none: the descriptors are those of the host. */
function pipes(): number[] {
  if (parentPort !== null) return [];
  return readdirSync("/proc/self/fd")
    .map(Number)
    .filter((descriptor) => descriptor > 2 && isPipe(descriptor));
}

function isPipe(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    return status.isSocket() || status.isFIFO();
  } catch {
    return false; // It was the one the folder was read by.
  }
}

/** As the runtime frames its messages in a process. */
function framed(value: unknown): Buffer {
  return Buffer.concat(encodeFrame(value));
}

/** Writes as much as its reader takes for a while. */
function writePast(descriptor: number, ...parts: readonly Buffer[]): void {
  const until = performance.now() + FLOOD_MS;
  for (const part of parts) {
    let written = 0;
    while (written < part.byteLength && performance.now() < until) {
      try {
        written += writeSync(descriptor, part, written);
      } catch (error) {
        // The pipe is full, or its reader has gone.
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      }
    }
  }
}

/** In turns of the loop, or it would be taken for blocked before anything is said of frames. */
async function flood(): Promise<void> {
  const frame = framed({ id: "1-2-3-4", type: "RAW", value: 1 });
  const until = performance.now() + FLOOD_MS;
  while (performance.now() < until) {
    for (const port of ports())
      for (let count = 0; count < FLOOD_FRAMES; count += 1) port.postMessage({ id: "1", type: "RAW" });
    for (const pipe of pipes()) writePast(pipe, ...Array.from({ length: 100 }, () => frame));
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
