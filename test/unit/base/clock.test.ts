import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sleep, systemClock, timestamp } from "../../../src/base/clock.ts";
import { fakeClock } from "../../../src/testing/clock.ts";

const month = 31 * 24 * 60 * 60 * 1_000;

describe("the system's clock", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("waits for longer than setTimeout can count", () => {
    const fire = vi.fn();
    systemClock.after(month, fire);
    vi.advanceTimersByTime(month - 10);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    expect(fire).toHaveBeenCalledTimes(1);
  });

  it("forgets a long timer that is cancelled half way", () => {
    const fire = vi.fn();
    const timer = systemClock.after(month, fire);
    vi.advanceTimersByTime(2 ** 31);
    timer.cancel();
    vi.advanceTimersByTime(month);
    expect(fire).not.toHaveBeenCalled();
  });
});

describe("sleep", () => {
  it("ends when its time has come", async () => {
    const clock = fakeClock();
    let awake = false;
    const sleeping = sleep(clock, 100).then(() => {
      awake = true;
    });
    clock.advance(99);
    await Promise.resolve();
    expect(awake).toBe(false);
    clock.advance(1);
    await sleeping;
  });

  it("ends at once when it is not wanted any more, and leaves no timer", async () => {
    const after = vi.fn(fakeClock().after);
    const abort = new AbortController();
    const sleeping = sleep({ ...fakeClock(), after }, 100, abort.signal);
    abort.abort();
    await sleeping;
    await sleep({ ...fakeClock(), after }, 100, abort.signal);
    expect(after).toHaveBeenCalledTimes(1);
  });
});

it("dates on the wire are RFC 3339 in UTC", () => {
  expect(timestamp(1_700_000_000_123)).toBe("2023-11-14T22:13:20.123Z");
});
