import { SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";

/** The tree of spans as text: a line each, under its parent, in the order they ended. */
export function formatSpans(spans: readonly ReadableSpan[]): string {
  const lines: string[] = [];
  const append = (parent: string | undefined, indent: string): void => {
    for (const span of spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)) {
      lines.push(`${indent}${describe(span)}`);
      append(span.spanContext().spanId, `${indent}  `);
    }
  };
  append(undefined, "");
  return `${lines.join("\n")}\n`;
}

function describe({ name, attributes, status }: ReadableSpan): string {
  const said = Object.entries(attributes).map(([key, value]) => `${key}: ${String(value)}`);
  const failed = status.code === SpanStatusCode.ERROR ? ["failed"] : [];
  return [name, ...said, ...failed].join(", ");
}
