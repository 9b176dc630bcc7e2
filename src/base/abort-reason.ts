/** Why a signal aborted, in the words of who aborted it. */

/** Null when nothing was said: a DOMException is what `abort()` without a reason gives. */
export function abortReason({ reason }: AbortSignal): string | null {
  if (typeof reason === "string") return reason;
  return reason instanceof Error && reason.name !== "AbortError" ? reason.message : null;
}
