import { control, RequestError } from "../data/request.js";
import { askForToken, forgetToken, hasToken } from "./token-dialog.jsx";

/**
 * Does what needs the token, and asks for one where there is none or the server takes another.
 * @returns what the server has answered; `undefined`: nobody has given a token.
 * @throws {RequestError} it could not be done.
 */
export async function withToken(
  method: "GET" | "POST" | "DELETE",
  path: string,
): Promise<string | undefined> {
  if (!hasToken.value && !(await askForToken("This needs the token of the server's configuration.")))
    return undefined;
  for (;;) {
    try {
      return await control(method, path);
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== 401) throw error;
      forgetToken();
      if (!(await askForToken("The server has another token than the one given."))) return undefined;
    }
  }
}
