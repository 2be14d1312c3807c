/** Asks for the token, whenever something needs it. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { Store, useStore } from "../data/store.js";
import { storedToken, storeToken } from "./stored-token.js";

/** What a server takes (RFC 6750), with blanks around it that come by copying: for a pattern, which has the flag "v". */
const TOKEN = String.raw`\s*[A-Za-z0-9._~+\/\-]+=*\s*`;

/** Whether there is a token in this tab. */
export const hasToken: Store<boolean> = new Store(storedToken() !== undefined);

interface Question {
  /** Why it is asked. */
  readonly reason: string;
  readonly answer: (isGiven: boolean) => void;
}

const question: Store<Question | undefined> = new Store<Question | undefined>(undefined);

/** Asks, and answers whether there is one now. */
export function askForToken(reason: string): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((resolve) => question.set({ reason, answer: resolve }));
}

/** Has this tab forget it. */
export function forgetToken(): void {
  storeToken(undefined);
  hasToken.set(false);
}

function settle(isGiven: boolean): void {
  question.value?.answer(isGiven);
  question.set(undefined);
}

export function TokenDialog(): JSX.Element {
  const asked = useStore(question);
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  // At once: it gives the focus back when it closes, and what it was asked for may be done before the next frame.
  useLayoutEffect(() => {
    if (asked === undefined) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [asked]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const token = input.current?.value.trim() ?? "";
    if (input.current) input.current.value = "";
    if (token === "") return settle(false);
    storeToken(token);
    hasToken.set(true);
    return settle(true);
  };
  return (
    // Not by onClose: that is told of later, when the next question may have been asked.
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={() => settle(false)}>
      <form onSubmit={submit}>
        <h2 id="token-title">The server's token</h2>
        <p>{asked?.reason}</p>
        <label for="token">Token</label>
        <input
          id="token"
          ref={input}
          type="password"
          autocomplete="off"
          spellcheck={false}
          pattern={TOKEN}
          title='A-Z, a-z, 0-9 and -._~+/, with "=" at its end if need be'
          required
        />
        <p class="hint">It stays in this tab, and is forgotten when the tab is closed.</p>
        <div class="buttons">
          <button type="submit" class="primary">
            Use token
          </button>
          <button type="button" onClick={() => settle(false)}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
