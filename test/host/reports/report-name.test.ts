import test from "ava";
import { readReportName, reportStem } from "../../../src/host/reports/report-name.js";

const ENDED_AT = Date.UTC(2026, 10, 28, 10, 15, 0, 123);

test("reportStem() names time, plugin and life, and no two alike", (t) => {
  const stem = reportStem("redis.main", 3, ENDED_AT);
  t.regex(stem, /^stockpile-20261128T101500123Z-redis\.main-3-[0-9a-f]{12}$/);
  t.not(reportStem("redis.main", 3, ENDED_AT), stem);
});

for (const name of ["../../etc/cron.d/x", "a/b\\c", "\u0000", "ä".repeat(300), ".", ""]) {
  test(`reportStem() makes of ${JSON.stringify(name.slice(0, 20))} no path that leads elsewhere`, (t) => {
    const stem = reportStem(name, 1, ENDED_AT);
    t.regex(stem, /^stockpile-20261128T101500123Z-[A-Za-z0-9._-]{1,64}-1-[0-9a-f]{12}$/);
  });
}

test("readReportName() knows reports, profiles and what is half written, and nothing else", (t) => {
  const stem = reportStem("redis", 12, ENDED_AT);
  t.deepEqual(readReportName(`${stem}.json`), { stem, isTemporary: false });
  t.deepEqual(readReportName(`${stem}.cpuprofile`), { stem, isTemporary: false });
  t.deepEqual(readReportName(`${stem}.json.tmp`), { stem, isTemporary: true });
  for (const other of [
    stem,
    `${stem}.txt`,
    `x${stem}.json`,
    `${stem}.json.bak`,
    "stockpile.json",
    "report.json",
  ])
    t.is(readReportName(other), undefined, other);
});
