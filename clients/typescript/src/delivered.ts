/** How far messages have reached this device: gathered, and told every few seconds. */

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
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly tell: (conversations: DeliveredUpTo[]) => void,
    private readonly every = TOLD_EVERY,
  ) {}

  /** The device has what was sent up to a number. */
  note(conversationId: string, seq: number): void {
    if (seq <= Math.max(this.told.get(conversationId) ?? 0, this.waiting.get(conversationId) ?? 0)) return;
    this.waiting.set(conversationId, seq);
    this.timer ??= setTimeout(() => this.flush(), this.every);
  }

  /** The server keeps this number: another device's, where this one had told a higher one, which is told again. */
  kept(conversationId: string, seq: number): void {
    const told = this.told.get(conversationId) ?? 0;
    if (told <= seq) return;
    this.told.set(conversationId, seq);
    this.note(conversationId, told);
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private flush(): void {
    this.timer = undefined;
    const all = [...this.waiting].map(([conversation_id, seq]) => ({ conversation_id, seq }));
    this.waiting.clear();
    for (const { conversation_id, seq } of all) this.told.set(conversation_id, seq);
    for (let start = 0; start < all.length; start += MOST_AT_ONCE) this.tell(all.slice(start, start + MOST_AT_ONCE));
  }
}
