import { z } from "zod";

const SECOND_MS = 1_000;
/** The first comes soon, so that a short round has one too. */
const FIRST_MS = 200;

const healthSchema = z.looseObject({
  plugins: z.array(z.looseObject({ name: z.string(), lives: z.number() })),
});

/** A plugin that is killed again and again. */
export interface Killing {
  /** Ends it, and answers how many lives it has cost; again, it answers the same. */
  readonly stop: () => Promise<number>;
}

/** @param path Of an entry that makes its plugin end, once it has been asked for. */
export async function killEverySecond(url: string, path: string): Promise<Killing> {
  const livesBefore = await countLives(url);
  const kill = (): void => {
    // It may be on its way up still: then the answer says that it is not there.
    fetch(url + path).then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
  };
  const first = setTimeout(kill, FIRST_MS);
  const further = setInterval(kill, SECOND_MS);
  let stopped: Promise<number> | undefined;
  const stop = async (): Promise<number> => {
    clearTimeout(first);
    clearInterval(further);
    return (await countLives(url)) - livesBefore;
  };
  return { stop: () => (stopped ??= stop()) };
}

/** Of all plugins together. */
async function countLives(url: string): Promise<number> {
  const { plugins } = healthSchema.parse(await (await fetch(`${url}/health`)).json());
  return plugins.reduce((total, { lives }) => total + lives, 0);
}
