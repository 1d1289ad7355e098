/** Milliseconds to wait after the attempt `number` of zero and more: longer each time, and never the same for two. */
export function pause(number: number, longest = 20_000): number {
  return Math.random() * Math.min(longest, 200 * 2 ** number);
}

/** Waits, unless the signal ends it. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** What is to be done later, each thing once under its name. Once closed nothing is, whatever is still under way then. */
export class Timers {
  private readonly waiting = new Map<unknown, ReturnType<typeof setTimeout>>();
  private closed = false;

  get size(): number {
    return this.waiting.size;
  }

  open(): void {
    this.closed = false;
  }

  close(): void {
    this.closed = true;
    for (const name of [...this.waiting.keys()]) this.cancel(name);
  }

  /** Does it after some milliseconds, unless something waits under that name. */
  later(name: unknown, milliseconds: number, act: () => void): void {
    if (this.closed || this.waiting.has(name)) return;
    const end = () => {
      this.waiting.delete(name);
      act();
    };
    this.waiting.set(name, setTimeout(end, milliseconds));
  }

  cancel(name: unknown): void {
    clearTimeout(this.waiting.get(name));
    this.waiting.delete(name);
  }
}
