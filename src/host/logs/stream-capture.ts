import type { Readable } from "node:stream";
export function captureStream(stream: Readable, write: (line: string) => void): { end(): void } { stream.on("data", (d: Buffer) => write(String(d))); stream.resume(); return { end() {} }; }
