/** Looks a key up: what is under it, and where that came from. */
import type { JSX, RefObject } from "preact";
import { useRef, useState } from "preact/hooks";

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
  const keyField = useRef<HTMLInputElement>(null);
  const shown = useRef<HTMLDivElement>(null);
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
  /** A note in place of an entry, whose button may have the focus: on to the next key. */
  const noteInPlace = (text: string, isBad = false): void => {
    if (shown.current?.contains(document.activeElement) === true) keyField.current?.focus();
    note(text, isBad);
  };
  const remove = async ({ category, key }: FoundEntry): Promise<void> => {
    try {
      if ((await withToken("DELETE", pathOf(category, key))) !== undefined) noteInPlace("Removed.");
    } catch (error) {
      noteInPlace(error instanceof Error ? error.message : String(error), true);
    }
  };
  return (
    <div class="card look-up">
      <KeyForm categories={categories} keyField={keyField} onSubmit={(event) => void submit(event)} />
      <div role="status" ref={shown}>
        {outcome?.kind === "note" && <p class={outcome.isBad ? "trouble" : "outcome"}>{outcome.text}</p>}
        {outcome?.kind === "found" && (
          <Entry entry={outcome.entry} now={outcome.at} onRemove={() => void remove(outcome.entry)} />
        )}
      </div>
    </div>
  );
}

interface KeyFormProps {
  readonly categories: readonly string[];
  readonly keyField: RefObject<HTMLInputElement | null>;
  readonly onSubmit: (event: SubmitEvent) => void;
}

function KeyForm({ categories, keyField, onSubmit }: KeyFormProps): JSX.Element {
  return (
    <form onSubmit={onSubmit}>
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
      <input
        id="key"
        name="key"
        ref={keyField}
        required
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
      />
      <button type="submit" class="primary">
        <Icon name="search" />
        Look up
      </button>
    </form>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

function pathOf(category: string, key: string): string {
  return `api/categories/${encodeURIComponent(category)}/entries/${encodeURIComponent(key)}`;
}
