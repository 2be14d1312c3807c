/** Whether a message of Comlink's to the far side is an answer; all others ask for one. Boot data are neither. */
export function isAnswer(message: unknown): boolean {
  const type =
    typeof message === "object" && message !== null && "type" in message ? message.type : undefined;
  return type === "RAW" || type === "HANDLER";
}
