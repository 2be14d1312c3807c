import { AsyncLocalStorage } from "node:async_hooks";
import { ROOT_CONTEXT } from "@opentelemetry/api";
import type { Context, ContextManager } from "@opentelemetry/api";

/**
 * Keeps OpenTelemetry's active context in a store that diagnostics channels can be bound to. The one of
 * `@opentelemetry/context-async-hooks` does the same and keeps its store to itself.
 */
export class StoreContextManager implements ContextManager {
  readonly store: AsyncLocalStorage<Context> = new AsyncLocalStorage();

  active(): Context {
    return this.store.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.store.run(context, () => Reflect.apply(fn, thisArg, args));
  }

  bind<T>(context: Context, target: T): T {
    if (typeof target !== "function") return target;
    const bound = (...args: unknown[]): unknown =>
      this.store.run(context, () => Reflect.apply(target, undefined, args));
    return bound as T; // it takes and answers what the target does
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.store.disable();
    return this;
  }
}
