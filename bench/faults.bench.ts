/** What a get is answered, and when, while the backend behind the cache never settles, blocks, throws or crashes. */
import { FAULTS } from "./faults/misbehave.js";
import type { Fault } from "./faults/misbehave.js";
import { startSufferer } from "./faults/start-sufferer.js";
import type { Suffering } from "./faults/suffer-fault.js";
import { PATIENCE_MS, SUFFERERS } from "./faults/sufferers.js";
import type { SuffererId } from "./faults/sufferers.js";
import { percentile } from "./percentile.js";
import type { Effort, Question, Row } from "./question.js";
import { withVersion } from "./with-version.js";

const IDS = Object.keys(SUFFERERS) as SuffererId[]; // of an object that has no others
const TITLES: Readonly<Record<Fault, string>> = {
  never: "never settles",
  block: "blocks for 1.5 s",
  throw: "throws",
  crash: "crashes",
};

const DIED = "the process dies";

type Outcome = Suffering | "died";
/** Per fault and cache, what came of each time. */
type Outcomes = ReadonlyMap<Fault, ReadonlyMap<SuffererId, readonly Outcome[]>>;

export const faults: Question = {
  name: "faults",
  asks: "What does a get with a loader answer, and when, while the backend does not work?",
  async answer({ sufferings }: Effort) {
    const outcomes = await sufferAll(sufferings);
    const of = (id: SuffererId, fault: Fault): readonly Outcome[] => outcomes.get(fault)?.get(id) ?? [];
    const row = (id: SuffererId, cell: (outcomes: readonly Outcome[]) => string | number): Row => ({
      cache: withVersion(SUFFERERS[id]),
      ...Object.fromEntries(FAULTS.map((fault) => [TITLES[fault], cell(of(id, fault))])),
    });
    return {
      tables: [
        { title: "What a get is answered when the backend …", rows: IDS.map((id) => row(id, answerOf)) },
        { title: "How long the event loop stood still, in ms", rows: IDS.map((id) => row(id, stillMsOf)) },
      ],
      bounds: FAULTS.map((fault) => ({
        claim: `Stockpile, a backend that ${TITLES[fault]}: ms until the loader's value is there`,
        measured: loadedMsOf(of("ours", fault)),
        kind: "ceiling",
        limit: 400,
      })),
    };
  },
};

async function sufferAll(times: number): Promise<Outcomes> {
  const outcomes = new Map<Fault, Map<SuffererId, Outcome[]>>();
  for (const fault of FAULTS) {
    const found = new Map<SuffererId, Outcome[]>(IDS.map((id) => [id, []]));
    outcomes.set(fault, found);
    for (let time = 0; time < times; time += 1) {
      const ready = await Promise.all(IDS.map(async (id) => ({ id, ...(await startSufferer(id, fault)) })));
      const note = async ({ id, suffer }: (typeof ready)[number]): Promise<void> =>
        void found.get(id)?.push(await suffer());
      // One after the other where a processor is kept busy; where they only wait, all at once.
      if (fault === "block") for (const sufferer of ready) await note(sufferer);
      else await Promise.all(ready.map(note));
    }
  }
  return outcomes;
}

/** What was answered and after how long, in the median; each answer, should they differ. */
function answerOf(outcomes: readonly Outcome[]): string {
  const answers = new Set(outcomes.map((outcome) => (outcome === "died" ? outcome : outcome.answer)));
  const [answer = ""] = answers;
  if (answers.size > 1) return [...answers].join(" or ");
  if (answer === "died") return DIED;
  if (answer === "nothing") return `nothing within ${PATIENCE_MS / 1000} s`;
  return `${answer} after ${Math.round(percentile(outcomes.map(elapsedMsOf), 0.5)).toLocaleString("en-US")} ms`;
}

/** The longest of all times. */
function stillMsOf(outcomes: readonly Outcome[]): string | number {
  const times = outcomes.flatMap((outcome) => (outcome === "died" ? [] : [outcome.stillMs]));
  return times.length === 0 ? DIED : Math.round(Math.max(...times));
}

/** In the median; endless where it was not the loader's value that was answered. */
function loadedMsOf(outcomes: readonly Outcome[]): number {
  const isLoaded = outcomes.every((outcome) => outcome !== "died" && outcome.answer === "loader's value");
  return isLoaded ? percentile(outcomes.map(elapsedMsOf), 0.5) : Infinity;
}

function elapsedMsOf(outcome: Outcome): number {
  return outcome === "died" ? NaN : outcome.elapsedMs;
}
