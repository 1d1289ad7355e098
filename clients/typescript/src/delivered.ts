/** How far messages have reached this device: gathered, and told every few seconds. */
import type { Timers } from "./waiting.js";

export interface DeliveredUpTo {
  conversation_id: string;
  seq: number;
}

/** The server keeps it once in three seconds. */
const TOLD_EVERY = 4000;
const MOST_AT_ONCE = 25;

export class Delivered {
  private readonly waiting = new Map<string, number>();
  private readonly told = new Map<string, number>();

  constructor(
    private readonly timers: Timers,
    private readonly tell: (conversations: DeliveredUpTo[]) => boolean,
    private readonly every = TOLD_EVERY,
  ) {}

  /** The device has what was sent up to a number. */
  note(conversationId: string, seq: number): void {
    if (seq <= Math.max(this.told.get(conversationId) ?? 0, this.waiting.get(conversationId) ?? 0)) return;
    this.waiting.set(conversationId, seq);
    this.flushLater();
  }

  /** The server keeps this number: where this device had told a higher one, too soon after another, it is told again. */
  kept(conversationId: string, seq: number): void {
    const told = this.told.get(conversationId) ?? 0;
    if (told <= seq) return;
    this.told.set(conversationId, seq);
    this.note(conversationId, told);
  }

  private flushLater(): void {
    this.timers.later(this, this.every, () => this.flush());
  }

  /** Tells what waits; what no socket takes goes on waiting. */
  private flush(): void {
    const all = [...this.waiting].map(([conversation_id, seq]) => ({ conversation_id, seq }));
    for (let start = 0; start < all.length; start += MOST_AT_ONCE) {
      const together = all.slice(start, start + MOST_AT_ONCE);
      if (!this.tell(together)) return this.flushLater();
      for (const { conversation_id, seq } of together) {
        this.waiting.delete(conversation_id);
        this.told.set(conversation_id, seq);
      }
    }
  }
}
