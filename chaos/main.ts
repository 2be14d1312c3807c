/**
 * Makes plugins fail in every way we know, in every kind of isolation, at every moment, and looks what becomes of the
 * host: `npm run chaos`. docs/chaos.md says what is checked and what the options are.
 * Exits with 1 when a cell does not hold and is not known not to, or holds and is known not to.
 */
import { chooseCells } from "./cells/choose-cells.js";
import { cellName, ISOLATIONS } from "./cells/cell.js";
import { listCells } from "./cells/list-cells.js";
import { isWrong } from "./judge/verdict.js";
import { parseOptions } from "./parse-options.js";
import { report } from "./report/report.js";
import { isSoakWrong, reportSoak } from "./report/report-soak.js";
import { showProgress } from "./report/show-progress.js";
import { runCells } from "./runner/run-cells.js";
import { runSoak } from "./soak/run-soak.js";

const options = parseOptions(process.argv.slice(2));
const cells = chooseCells(listCells(), options);
if (options.isList) process.stdout.write(`${cells.map(cellName).toSorted().join("\n")}\n`);
else if (options.minutes === undefined) await runMatrix();
else await runLong(options.minutes);

async function runMatrix(): Promise<void> {
  const verdicts = await runCells(cells, {
    parallel: options.parallel,
    isolations: ISOLATIONS,
    onVerdict: (verdict, done) => showProgress(verdict, `${done}/${cells.length}`),
  });
  await report(verdicts, options);
  if (verdicts.some(isWrong)) process.exitCode = 1;
}

async function runLong(minutes: number): Promise<void> {
  const soak = await runSoak(cells, {
    seed: options.seed,
    minutes,
    isolations: ISOLATIONS,
    onVerdict: (verdict, done) => showProgress(verdict, String(done)),
  });
  await reportSoak(soak, options);
  if (isSoakWrong(soak)) process.exitCode = 1;
}
