/** How a plugin's life last ended against the plan, with the report of it. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import type { PluginFailure } from "../data/wire.js";
import { Ago } from "../parts/time.jsx";
import { withToken } from "../token/with-token.js";

interface FailureProps {
  readonly plugin: string;
  readonly failure: PluginFailure;
  readonly now: number;
}

export function Failure({ plugin, failure, now }: FailureProps): JSX.Element {
  const { at, kind, message, stack, call, stuckIn, report } = failure;
  return (
    <details class="failure">
      <summary>
        <span class="failure-kind">{kind}</span>
        <span class="failure-message">{message}</span>
        <span class="failure-time">
          <Ago at={at} now={now} />
        </span>
      </summary>
      {call !== undefined && (
        <p>
          During a <code>{call.operation}</code> of category <code>{call.category}</code>
        </p>
      )}
      {stuckIn !== undefined && (
        <p>
          Stuck in <code>{stuckIn.function}</code>, {stuckIn.file}:{stuckIn.line}:{stuckIn.column}
        </p>
      )}
      {stack !== undefined && (
        <pre class="text" role="group" tabIndex={0} aria-label={`Stack of ${plugin}'s failure`}>
          {stack}
        </pre>
      )}
      {report === undefined ? (
        <p class="hint">No crash report was written: see “crashReports” in the configuration.</p>
      ) : (
        // Another failure has another report.
        <Report key={report} plugin={plugin} path={report} />
      )}
    </details>
  );
}

function Report({ plugin, path }: { readonly plugin: string; readonly path: string }): JSX.Element {
  const [text, setText] = useState<string>();
  const [trouble, setTrouble] = useState("");
  const shown = useRef<HTMLPreElement>(null);
  // The button that had the focus is gone. Who has moved on meanwhile is left where they are.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) shown.current?.focus();
  }, [text]);
  const show = async (): Promise<void> => {
    setTrouble("");
    try {
      const answer = await withToken("GET", `api/plugins/${encodeURIComponent(plugin)}/report`);
      if (answer !== undefined) setText(answer);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <p class="hint">
        Crash report: <code class="path">{path}</code>
      </p>
      {text === undefined ? (
        <button type="button" onClick={() => void show()}>
          Show report
        </button>
      ) : (
        <pre ref={shown} class="text" role="group" tabIndex={0} aria-label={`Crash report of ${plugin}`}>
          {text}
        </pre>
      )}
      <p class="trouble" role="status">
        {trouble}
      </p>
    </>
  );
}
