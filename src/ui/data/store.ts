/** A value that components follow. */
import { useEffect, useState } from "preact/hooks";

/** Holds a value and tells whoever follows it when there is another. */
export class Store<T> {
  readonly #followers = new Set<(value: T) => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const follower of this.#followers) follower(value);
  }

  /** Tells of each further value; the function returned ends that. */
  follow(follower: (value: T) => void): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }
}

/** The value now; the component is rendered again when there is another. */
export function useStore<T>(store: Store<T>): T {
  const [, render] = useState<object>();
  useEffect(() => store.follow(() => render({})), [store]);
  return store.value;
}
