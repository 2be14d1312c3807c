/** Whether the page is light or dark: as the system has it, unless somebody has chosen. */
import { Store } from "./data/store.js";

/** `auto`: as the system has it. */
export type Theme = "auto" | "light" | "dark";

export const THEMES: readonly Theme[] = ["auto", "light", "dark"];

const KEY = "stockpile.theme";

/** The choice. Curves are painted anew when there is another. */
export const theme: Store<Theme> = new Store<Theme>(storedTheme());

/** Has the document follow the choice, from now on. */
export function beginTheme(): void {
  show(theme.value);
  theme.follow((value) => {
    show(value);
    localStorage.setItem(KEY, value);
  });
}

function show(value: Theme): void {
  document.documentElement.dataset["theme"] = value;
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return THEMES.find((each) => each === stored) ?? "auto";
}
