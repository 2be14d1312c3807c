/** Looks a key up: what is under it, and where that came from. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { read, RequestError } from "../data/request.js";
import type { FoundEntry } from "../data/wire.js";
import { Icon } from "../parts/icon.jsx";
import { withToken } from "../token/with-token.js";
import { Entry } from "./entry.jsx";

/** What became of a look-up. */
type Outcome =
  | { readonly kind: "found"; readonly entry: FoundEntry; readonly at: number }
  | { readonly kind: "note"; readonly text: string; readonly isBad: boolean };

export function LookUp({ categories }: { readonly categories: readonly string[] }): JSX.Element {
  const [outcome, setOutcome] = useState<Outcome>();
  const note = (text: string, isBad = false): void => setOutcome({ kind: "note", text, isBad });
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [category, key] = [textOf(form, "category"), textOf(form, "key")];
    if (key === "." || key === "..") return note("Browsers cannot ask for the keys “.” and “..”", true);
    try {
      setOutcome({ kind: "found", entry: await read<FoundEntry>(pathOf(category, key)), at: Date.now() });
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) note("There is nothing under this key.");
      else note(error instanceof Error ? error.message : String(error), true);
    }
  };
  const remove = async ({ category, key }: FoundEntry): Promise<void> => {
    try {
      if ((await withToken("DELETE", pathOf(category, key))) !== undefined) note("Removed.");
    } catch (error) {
      note(error instanceof Error ? error.message : String(error), true);
    }
  };
  return (
    <div class="card look-up">
      <form onSubmit={(event) => void submit(event)}>
        <label for="category">Category</label>
        <input
          id="category"
          name="category"
          list="categories"
          required
          spellcheck={false}
          autocapitalize="off"
        />
        <datalist id="categories">
          {categories.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <label for="key">Key</label>
        <input id="key" name="key" required spellcheck={false} autocapitalize="off" autocomplete="off" />
        <button type="submit" class="primary">
          <Icon name="search" />
          Look up
        </button>
      </form>
      <div role="status">
        {outcome?.kind === "note" && <p class={outcome.isBad ? "trouble" : "outcome"}>{outcome.text}</p>}
        {outcome?.kind === "found" && (
          <Entry entry={outcome.entry} now={outcome.at} onRemove={() => void remove(outcome.entry)} />
        )}
      </div>
    </div>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

function pathOf(category: string, key: string): string {
  return `api/categories/${encodeURIComponent(category)}/entries/${encodeURIComponent(key)}`;
}
