/** A promise and what settles it: `Promise.withResolvers` for Node 20. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

export function defer<T>(): Deferred<T> {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => void (settle = resolve));
  return { promise, resolve: (value) => settle?.(value) };
}
