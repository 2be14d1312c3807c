/** What the README's program takes for granted. */
export interface Player {
  readonly id: string;
  readonly name: string;
}

export async function findPlayer(id: string, _signal: AbortSignal): Promise<Player> {
  return { id, name: "Grace" };
}
