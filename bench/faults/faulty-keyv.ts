import { Keyv } from "keyv";
import { misbehave } from "./misbehave.js";
import type { Fault } from "./misbehave.js";

/** A Keyv over a storage adapter whose reads have that fault; its errors are listened to, as its README asks for. */
export function faultyKeyv(fault: Fault): Keyv {
  const keyv = new Keyv({
    store: {
      opts: { url: "faulty:" },
      get: () => misbehave(fault),
      getMany: () => misbehave(fault),
      has: () => misbehave(fault),
      set: () => Promise.resolve(true),
      delete: () => Promise.resolve(true),
      clear: () => Promise.resolve(),
      on: () => undefined,
    },
  });
  keyv.on("error", () => undefined);
  return keyv;
}
