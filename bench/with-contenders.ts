import type { Contender } from "./contenders/contender.js";

/** One contender for each function that opens one. */
type Opened<Opens extends readonly unknown[]> = { readonly [Place in keyof Opens]: Contender };

/** Opens contenders, runs `use` on them, and closes them whatever came of it. */
export async function withContenders<const Opens extends readonly (() => Promise<Contender>)[], Result>(
  opens: Opens,
  use: (contenders: Opened<Opens>) => Promise<Result>,
): Promise<Result> {
  const contenders: Contender[] = [];
  try {
    for (const open of opens) contenders.push(await open());
    return await use(contenders as Opened<Opens>); // one has been opened for each
  } finally {
    await Promise.all(contenders.map((contender) => contender.close()));
  }
}
