/** How a life ended against the plan, as health tells it. */
import type { EndKind } from "../life/life.js";

export interface PluginFailure {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: EndKind;
  readonly message: string;
  readonly stack?: string;
  /** The call that was executing, where one is known. */
  readonly call?: { readonly operation: string; readonly category: string };
}
