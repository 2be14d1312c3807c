import test from "ava";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { pino } from "pino";

import { CertificateWatch } from "../../src/server/certificate-watch.js";
import { FakeClock } from "../support/fake-clock.js";

const FIRST = read("first");
const SOONER = read("sooner");

const DAY_MS = 86_400_000;

/** One of the certificates of `tls.test.ts`. */
function read(name: string): string {
  return readFileSync(new URL(`../../../test/server/certificates/${name}.crt`, import.meta.url), "utf8");
}

function endOf(certificate: string): number {
  return Date.parse(new X509Certificate(certificate).validTo);
}

/** A watch that has begun. */
function openWatch(startAt: number): {
  readonly watch: CertificateWatch;
  readonly clock: FakeClock;
  /** What it has warned of. */
  readonly warned: { validTo: string }[];
} {
  const warned: { validTo: string }[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void warned.push(JSON.parse(line)) });
  const clock = new FakeClock(startAt);
  const watch = new CertificateWatch({ clock, logger });
  watch.begin();
  return { watch, clock, warned };
}

test("a certificate that is about to expire is warned of every day from then on", async (t) => {
  const { watch, clock, warned } = openWatch(endOf(FIRST) - 16.5 * DAY_MS);
  watch.use(Buffer.from(FIRST));
  t.is(watch.expiresAt, endOf(FIRST));
  await clock.advance(2 * DAY_MS);
  t.deepEqual(warned, []);
  await clock.advance(DAY_MS);
  t.is(warned.length, 1);
  await clock.advance(2 * DAY_MS);
  t.is(warned.length, 3);
  watch.close();
  t.is(clock.pending, 0);
});

test("one that was replaced is warned of no more", async (t) => {
  const [soon, late] = [FIRST, SOONER].toSorted((one, other) => endOf(one) - endOf(other));
  const { watch, clock, warned } = openWatch(endOf(soon ?? "") - 1.5 * DAY_MS);
  watch.use(Buffer.from(soon ?? ""));
  t.is(warned.length, 1);
  watch.use(Buffer.from(late ?? ""));
  t.is(clock.pending, 1);
  await clock.advance(3 * DAY_MS);
  t.is(warned.length, 1);
});

test("of several certificates in a file the one that ends first is told of", (t) => {
  const { watch } = openWatch(0);
  t.is(watch.expiresAt, undefined);
  t.not(endOf(FIRST), endOf(SOONER));
  for (const chain of [FIRST + SOONER, SOONER + FIRST]) {
    watch.use(Buffer.from(chain));
    t.is(watch.expiresAt, Math.min(endOf(FIRST), endOf(SOONER)));
  }
});

test("a certificate that is commented out is passed over, as it is when the file is shown", (t) => {
  const { watch } = openWatch(0);
  const former = (endOf(FIRST) < endOf(SOONER) ? FIRST : SOONER).replaceAll(/^/gm, "# ");
  const current = endOf(FIRST) < endOf(SOONER) ? SOONER : FIRST;
  for (const text of [`${former}\n${current}`, `${current}\n${former}`]) {
    t.notThrows(() => createSecureContext({ cert: text }));
    watch.use(Buffer.from(text));
    t.is(watch.expiresAt, endOf(current));
  }
});

test("it neither looks before it begins nor after its end, whatever is taken into use", (t) => {
  const warned: unknown[] = [];
  const logger = pino({ level: "warn" }, { write: (line) => void warned.push(line) });
  const clock = new FakeClock(endOf(FIRST));
  const watch = new CertificateWatch({ clock, logger });
  watch.use(Buffer.from(FIRST));
  t.is(clock.pending + warned.length, 0);
  watch.begin();
  t.is(clock.pending, 1);
  t.is(warned.length, 1);
  watch.close();
  watch.use(Buffer.from(FIRST));
  t.is(clock.pending, 0);
  t.is(warned.length, 1);
});
