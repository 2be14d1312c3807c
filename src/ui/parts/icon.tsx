/** The few pictures there are. They stand beside words and say nothing that those do not. */
import type { JSX } from "preact";

/** By name, an outline on a field of 16 by 16. */
const PATHS = {
  ready: "M3.5 8.5l3 3 6-7",
  degraded: "M8 3v6.5M8 12.5v.01",
  busy: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
  failed: "M4 4l8 8M12 4l-8 8",
  stopped: "M5 5h6v6H5z",
  theme: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
  key: "M9.5 6.5a3 3 0 1 0-3 3 3 3 0 0 0 3-3zM8.6 8.6l4.9 4.9M11.3 11.3l1.5-1.5",
  search: "M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM10 10l3.5 3.5",
} as const;

/** One of the pictures. */
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
