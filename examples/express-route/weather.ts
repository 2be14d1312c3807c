/** What the upstream says of a city. */
export interface Weather {
  readonly city: string;
  readonly celsius: number;
  /** Counts what the upstream has answered since it began. */
  readonly reading: number;
}

/**
 * Asks the upstream.
 * @throws {Error} it cannot be reached or does not answer 200, or `signal` aborts.
 */
export async function fetchWeather(upstream: string, city: string, signal: AbortSignal): Promise<Weather> {
  const response = await fetch(`${upstream}/${encodeURIComponent(city)}`, { signal });
  if (!response.ok) throw new Error(`Cannot fetch the weather of ${city}: received ${response.status}`);
  // The upstream is ours; what others send is to be checked: a category takes a `schema` for that.
  return (await response.json()) as Weather;
}
