import type { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import { ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Attributes, Context, Span, SpanStatus, Tracer } from "@opentelemetry/api";
import type { BackendMessage, LoadMessage, Lookup, OperationMessage } from "@stockpile/core";

/** What the messages of all channels have. */
interface Message {
  readonly error?: unknown;
}

/** What a channel's spans are called, and what they say once the call is over. */
interface SpanKind<M extends Message> {
  readonly channel: string;
  readonly name: (message: M) => string;
  readonly attributes: (message: M) => Attributes;
}

/**
 * Makes a span of each call of a cache, of its loaders and of its backends. Keys are left out of the spans: they may be
 * what nobody is to find in a trace.
 * @param contexts Where OpenTelemetry's active context is kept, so that spans have parents and are parents.
 */
export function traceStockpile(tracer: Tracer, contexts: AsyncLocalStorage<Context>): void {
  traceChannel<OperationMessage>(tracer, contexts, {
    channel: "stockpile:operation",
    name: ({ operation, category }) => `cache ${operation} ${category}`,
    attributes: ({ result }) => describeLookups(result),
  });
  traceChannel<LoadMessage>(tracer, contexts, {
    channel: "stockpile:load",
    name: ({ category }) => `load ${category}`,
    attributes: ({ keys }) => (keys === undefined ? {} : { keys: keys.length }),
  });
  traceChannel<BackendMessage>(tracer, contexts, {
    channel: "stockpile:backend",
    name: ({ operation, plugin }) => `${operation} in ${plugin}`,
    attributes: () => ({}),
  });
}

function traceChannel<M extends Message>(
  tracer: Tracer,
  contexts: AsyncLocalStorage<Context>,
  { channel: channelName, name, attributes }: SpanKind<M>,
): void {
  const spans = new WeakMap<M, Span>();
  const channel = tracingChannel<Context, M>(channelName);
  // What it answers is the active context of all that follows from the call.
  channel.start.bindStore(contexts, (message) => {
    const parent = contexts.getStore() ?? ROOT_CONTEXT;
    const span = tracer.startSpan(name(message), {}, parent);
    spans.set(message, span);
    return trace.setSpan(parent, span);
  });
  channel.asyncEnd.subscribe((published) => {
    const message = published as M; // what this channel carries
    const span = spans.get(message);
    if ("error" in message) span?.setStatus(describeError(message.error));
    else span?.setAttributes(attributes(message));
    span?.end();
  });
}

function describeError(error: unknown): SpanStatus {
  return { code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : typeof error };
}

/** Where what was got came from, as counts: of one lookup, of several, or of none. */
function describeLookups(result: unknown): Attributes {
  if (result === undefined) return {};
  // Other operations than those that get something have no result.
  const lookups = (Array.isArray(result) ? result : [result]) as readonly Lookup<unknown>[];
  const counts: Record<string, number> = {};
  for (const { source, stale } of lookups) {
    counts[source] = (counts[source] ?? 0) + 1;
    if (stale) counts["stale"] = (counts["stale"] ?? 0) + 1;
  }
  return counts;
}
