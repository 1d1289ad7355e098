import type { Api } from "./api.js";
import { Refused, Unreachable } from "./errors.js";
import type { components } from "./generated/openapi.js";
import type { Storage } from "./storage.js";
import { pause } from "./waiting.js";

type Message = components["schemas"]["Message"];
/** What a message that is to be sent says. */
export type NewMessage = Omit<Partial<components["schemas"]["SendMessage"]>, "conversation_id">;

export interface PendingError {
  code: string;
  message: string;
  /** When Parley takes it, by this device's clock in milliseconds, if it said so. */
  retryAt?: number;
}

/** A message that Parley has not confirmed. It is sent under its `key` as often as needed, and exists once. */
export interface Pending {
  key: string;
  conversationId: string;
  message: NewMessage;
  /** `failed`: Parley refused it for good, or its conversation is in slow mode, which must not hold up the others; `retry` or `discard` it. */
  status: "queued" | "sending" | "failed";
  error?: PendingError;
}

export interface OutboxTold {
  changed(items: readonly Pending[]): void;
  sent(item: Pending, message: Message): void;
}

export const LONGEST_OUTBOX = 1000;
const LONGEST_TIMER = 3_600_000;

/** Messages on their way: kept in storage, sent in order, whatever becomes of the network and the process. */
export class Outbox {
  private items: readonly Pending[] = [];
  private number = 0;
  private readonly places = new Map<string, string>();
  private running: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private notBefore = 0;
  private closed = false;

  constructor(
    private readonly api: Api,
    private readonly storage: Storage,
    private readonly told: OutboxTold,
  ) {}

  /** Reads what an earlier process has left, and sends it. */
  async load(): Promise<void> {
    this.closed = false;
    const found: Pending[] = [];
    for (const place of await this.storage.keys("outbox/")) {
      const item = (await this.storage.get(place)) as Pending | undefined;
      if (!item || this.places.has(item.key)) continue;
      this.places.set(item.key, place);
      this.number = Math.max(this.number, Number(place.slice(7)) || 0);
      found.push(item.status === "sending" ? { ...item, status: "queued" } : item);
    }
    this.show([...found, ...this.items]);
    this.wake();
  }

  /** Takes a message. It is shown once it is kept: what is seen to wait, a restart does not lose. */
  async add(conversationId: string, message: NewMessage, key: string = crypto.randomUUID()): Promise<Pending> {
    if (this.places.size >= LONGEST_OUTBOX) throw new RangeError(`More than ${LONGEST_OUTBOX} messages wait to be sent`);
    const item: Pending = { key, conversationId, message, status: "queued" };
    // A name that sorts after those of other tabs and earlier processes.
    this.number = Math.max(this.number + 1, Date.now());
    const place = `outbox/${String(this.number).padStart(16, "0")}-${key}`;
    this.places.set(key, place);
    try {
      await this.storage.set(place, item);
    } catch (failure) {
      this.places.delete(key);
      throw failure;
    }
    this.show([...this.items, item]);
    this.wake();
    return item;
  }

  /** Sends a failed message again. */
  async retry(key: string): Promise<void> {
    await this.become(key, { status: "queued" });
    this.wake();
  }

  /** Forgets a message that has not been sent. */
  async discard(key: string): Promise<void> {
    const place = this.places.get(key);
    this.places.delete(key);
    this.show(this.items.filter((item) => item.key !== key));
    if (place) await this.storage.delete(place);
  }

  /** Tries now, as when the network is back, unless Parley has asked to wait. */
  wake(): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    const wait = this.notBefore - performance.now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.wake(), Math.min(wait, LONGEST_TIMER));
      return;
    }
    this.running ??= this.flush().finally(() => {
      this.running = undefined;
    });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async flush(): Promise<void> {
    for (;;) {
      const item = this.items.find((each) => each.status !== "failed");
      if (!item || this.closed) return;
      this.replace(item.key, { status: "sending" });
      try {
        const body = { ...item.message, conversation_id: item.conversationId };
        const message = await this.api.post("/v1/messages", { body, idempotencyKey: item.key, attempts: 1 });
        this.failures = 0;
        this.told.sent(item, message);
        await this.discard(item.key);
      } catch (failure) {
        if (failure instanceof Refused && failure.status !== 401 && (!failure.retryable || failure.code === "slow_mode")) {
          await this.become(item.key, { status: "failed", error: errorOf(failure) });
          continue;
        }
        this.replace(item.key, { status: "queued" });
        if (!(failure instanceof Refused || failure instanceof Unreachable)) console.warn("parley: a message waits", failure);
        const wait = failure instanceof Refused ? failure.retryAfter : 0;
        if (wait) this.notBefore = performance.now() + wait;
        if (!this.closed) this.timer = setTimeout(() => this.wake(), Math.min(wait, LONGEST_TIMER) + pause(this.failures++));
        return;
      }
    }
  }

  private async become(key: string, change: Partial<Pending>): Promise<void> {
    const item = this.replace(key, change);
    const place = this.places.get(key);
    if (item && place) await this.storage.set(place, item);
  }

  private replace(key: string, change: Partial<Pending>): Pending | undefined {
    this.show(
      this.items.map((item) => {
        if (item.key !== key) return item;
        const { error: _, ...rest } = item;
        return { ...rest, ...change };
      }),
    );
    return this.items.find((item) => item.key === key);
  }

  private show(items: readonly Pending[]): void {
    this.items = items;
    this.told.changed(items);
  }
}

function errorOf({ code, message, retryAfter }: Refused): PendingError {
  return { code, message, ...(retryAfter ? { retryAt: Date.now() + retryAfter } : {}) };
}
