import { existsSync, readdirSync } from "node:fs";
import { mkdir, readFile, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { CrashReports } from "../../../src/host/reports/crash-reports.js";
import type { CrashReport } from "../../../src/host/reports/crash-report.js";
import { reportStem } from "../../../src/host/reports/report-name.js";
import { profileOfStacks } from "../../../src/host/life/profile-of-stacks.js";
import { FakeClock } from "../../support/fake-clock.js";
import { until } from "../../support/until.js";
import { makeFolder } from "../config/make-folder.js";

const SECRET = "s3cret";
const PROFILE = profileOfStacks({ frames: [[`f ${SECRET}`, "file:///a.mjs", 1, 2]], samples: [[1, 0]] });

interface Harness {
  readonly clock: FakeClock;
  readonly directory: string;
  readonly reports: CrashReports;
  /** Lines of the log. */
  readonly lines: { readonly msg: string; readonly failures?: number }[];
}

async function makeReports(t: ExecutionContext, keep: number = 3, directory?: string): Promise<Harness> {
  const clock = new FakeClock();
  const lines: Harness["lines"] = [];
  const logger = pino({}, { write: (line) => void lines.push(JSON.parse(line)) });
  const folder = directory ?? join(await makeFolder(t), "new", "reports");
  const mask = (text: string): string => text.replaceAll(SECRET, "***");
  return {
    clock,
    directory: folder,
    lines,
    reports: new CrashReports({ limits: { directory: folder, keep }, clock, logger, mask }),
  };
}

function makeReport(clock: FakeClock, number: number = 1): CrashReport {
  return {
    format: 1,
    plugin: { name: "redis", module: `/plugins/${SECRET}/redis.mjs` },
    life: { number, isolation: "thread", startedAt: 0, endedAt: clock.now(), uptimeMs: 5 },
    host: { id: "host-1", pid: 1, node: "v20.0.0" },
    end: { kind: "crash", message: `no access with ${SECRET}`, suspects: [] },
    calls: {
      inFlight: [],
      counts: { inFlight: 0, inFlightBytes: 0, succeeded: 0, failed: 0, timedOut: 0, refused: 0 },
    },
    eventLoop: { utilization: 0, blockedMs: 0 },
    memory: { heapBytes: 0, externalBytes: 0, limitBytes: 1 },
    log: [{ at: 1, level: "info", message: SECRET, fields: `{"a":"${SECRET}"}` }],
    curves: { seconds: [], minutes: [] },
  };
}

function countFiles(directory: string): number {
  return existsSync(directory) ? readdirSync(directory).filter((file) => file.endsWith(".json")).length : 0;
}

test("add() writes a whole report for its owner alone, masked, with the profile beside it", async (t) => {
  const { clock, directory, reports, lines } = await makeReports(t);
  const path = reports.add(makeReport(clock), PROFILE);
  await reports.close();
  const files = (await readdir(directory)).toSorted();
  t.is(files.length, 2);
  t.is(path, join(directory, files[1] ?? ""));
  const text = await readFile(path ?? "", "utf8");
  const { end, passedOver } = JSON.parse(text) as CrashReport;
  t.deepEqual(end, { kind: "crash", message: "no access with ***", suspects: [], profile: files[0] });
  t.is(passedOver, undefined);
  const profile = await readFile(join(directory, files[0] ?? ""), "utf8");
  t.is((JSON.parse(profile) as { nodes: unknown[] }).nodes.length, 2);
  t.false(`${text}${profile}`.includes(SECRET));
  t.deepEqual(lines, []);
  for (const file of files) t.is((await stat(join(directory, file))).mode & 0o777, 0o600);
});

test("add() keeps the newest, each with its profile, and touches nothing that is not ours", async (t) => {
  const { clock, directory, reports } = await makeReports(t, 2);
  const old = reportStem("other", 1, clock.now() - 1000);
  await mkdir(directory, { recursive: true });
  for (const file of [`${old}.json`, `${old}.cpuprofile`, "notes.json"])
    await writeFile(join(directory, file), "");
  const paths: (string | undefined)[] = [];
  for (let life = 1; life <= 4; life += 1) {
    await clock.advance(10);
    paths.push(reports.add(makeReport(clock, life), PROFILE));
  }
  await reports.close();
  const stems = paths.map((path) => path?.slice(0, -".json".length));
  const kept = stems.slice(2).flatMap((stem) => [`${stem}.cpuprofile`, `${stem}.json`]);
  const files = (await readdir(directory)).map((file) => join(directory, file));
  t.deepEqual(files.toSorted(), [...kept, join(directory, "notes.json")].toSorted());
});

test("add() removes what a host that is gone has left half written, and leaves what is being written", async (t) => {
  const { clock, directory, reports } = await makeReports(t);
  await mkdir(directory, { recursive: true });
  const [fresh, abandoned] = [1, 2].map((life) => `${reportStem("redis", life, clock.now())}.json.tmp`);
  for (const file of [fresh, abandoned]) await writeFile(join(directory, file ?? ""), "{");
  const [now, long] = [clock.now() / 1000, clock.now() / 1000 - 7200];
  await utimes(join(directory, fresh ?? ""), now, now);
  await utimes(join(directory, abandoned ?? ""), long, long);
  reports.add(makeReport(clock));
  await reports.close();
  const files = await readdir(directory);
  t.true(files.includes(fresh ?? ""));
  t.false(files.includes(abandoned ?? ""));
});

test("add() never throws for a folder that cannot be written, and the log says so once a minute", async (t) => {
  const folder = await makeFolder(t, { file: "" });
  const { clock, reports, lines } = await makeReports(t, 3, join(folder, "file", SECRET));
  const fail = async (): Promise<void> => {
    t.not(reports.add(makeReport(clock)), undefined);
    await clock.settle();
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  for (let count = 0; count < 3; count += 1) await fail();
  t.is(lines.length, 1);
  t.like(lines[0], { failures: 1 });
  t.regex(
    lines[0]?.msg ?? "",
    /^Cannot write crash reports to .*\/file\/\*\*\*: a part of the path is not a folder$/,
  );
  await clock.advance(60_000);
  await fail();
  t.is(lines.length, 2);
  t.like(lines[1], { failures: 3 });
  await reports.close();
});

test("add() takes no more than can wait for the disk, nor any after the end", async (t) => {
  const { clock, directory, reports } = await makeReports(t, 100);
  const paths = Array.from({ length: 20 }, (_, life) => reports.add(makeReport(clock, life)));
  t.deepEqual(
    paths.map((path) => path !== undefined),
    Array.from({ length: 20 }, (_, index) => index < 16),
  );
  await reports.close();
  t.is((await readdir(directory)).length, 16);
  t.is(reports.add(makeReport(clock)), undefined);
  await reports.close();
});

test("add() says in the next report how many were passed over", async (t) => {
  const { clock, reports, directory } = await makeReports(t, 100);
  for (let life = 1; life <= 20; life += 1) reports.add(makeReport(clock, life));
  await until("those before to be written", () => countFiles(directory) === 16);
  const path = await until("room for another", () => reports.add(makeReport(clock, 21)));
  await reports.close();
  const { passedOver } = JSON.parse(await readFile(path, "utf8")) as CrashReport;
  t.is(passedOver, 4);
});

test("two hosts that share a folder keep to its count together", async (t) => {
  const one = await makeReports(t, 4);
  const other = await makeReports(t, 4, one.directory);
  for (let life = 1; life <= 10; life += 1) {
    one.reports.add(makeReport(one.clock, life));
    other.reports.add(makeReport(other.clock, life));
    await Promise.all([one.clock.advance(10), other.clock.advance(10)]);
  }
  await Promise.all([one.reports.close(), other.reports.close()]);
  t.deepEqual([...one.lines, ...other.lines], []);
  const files = await readdir(one.directory);
  t.true(files.length >= 4 && files.length <= 5, files.join());
  t.true(
    files.every((file) => /-redis-(9|10)-/.test(file) || /-redis-8-/.test(file)),
    files.join(),
  );
});
