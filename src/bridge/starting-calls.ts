/**
 * Calls whose request was read and that are not in flight yet: their session is being opened, or what was delivered before is being recorded.
 * A cancel that was sent behind such a call waits until there is something to cancel.
 */

interface Starting {
  calls: number;
  readonly begun: PromiseWithResolvers<void>;
}

export class StartingCalls {
  readonly #starting = new Map<string, Starting>();

  /** Call what this returns when the call is in flight, or never will be; a second time it does nothing. */
  expect(sessionId: string, callId: string): () => void {
    const key = keyOf(sessionId, callId);
    const starting = this.#starting.get(key) ?? { calls: 0, begun: Promise.withResolvers<void>() };
    this.#starting.set(key, starting);
    starting.calls += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      starting.calls -= 1;
      if (starting.calls > 0) return;
      this.#starting.delete(key);
      starting.begun.resolve();
    };
  }

  /** Null when no call of this name is about to begin. */
  begun(sessionId: string, callId: string): Promise<void> | null {
    return this.#starting.get(keyOf(sessionId, callId))?.begun.promise ?? null;
  }
}

function keyOf(sessionId: string, callId: string): string {
  return JSON.stringify([sessionId, callId]);
}
