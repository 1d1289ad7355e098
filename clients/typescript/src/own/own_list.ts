import type { Api } from "../api.js";
import type { News, Told } from "../news.js";
import { Store } from "../store.js";
import type { Timers } from "../waiting.js";

/** Milliseconds; what happens in quick succession is read together. */
const READ_AFTER = 300;
const PAGE = 100;

export interface Page<Item> {
  data: Item[];
  next_cursor: string | null;
}

/** What the lists share. */
export interface Parts {
  readonly api: Api;
  readonly news: News;
  readonly timers: Timers;
  me(): string | undefined;
  failed(failure: unknown): void;
}

export interface Query {
  limit: number;
  cursor?: string;
}

/**
 * A list that Parley keeps for the user, read when it is wanted and kept up by events; undefined until it is read.
 *
 * What an event says is shown where it says all, and else read anew.
 */
export abstract class OwnList<Item> extends Store<readonly Item[] | undefined> {
  private wanted: Promise<void> | undefined;

  /** `most` is how many Parley keeps. */
  constructor(
    protected readonly parts: Parts,
    private readonly most: number,
    private readonly after = READ_AFTER,
  ) {
    super(undefined);
  }

  protected abstract page(query: Query): Promise<Page<Item>>;

  /** What the list is after an event: itself where that changes nothing, `read` where the event does not say it. */
  protected abstract told(event: Told, known: readonly Item[]): readonly Item[] | "read";

  /** Reads it, unless it has been read. */
  want(): Promise<void> {
    this.wanted ??= this.load().catch((failure: unknown) => {
      this.wanted = undefined;
      throw failure;
    });
    return this.wanted;
  }

  /** Reads it. */
  async load(): Promise<void> {
    await this.parts.news.during(
      async () => {
        const found: Item[] = [];
        for (let cursor: string | null | undefined; cursor !== null && found.length < this.most; ) {
          const page: Page<Item> = await this.page({ limit: Math.min(PAGE, this.most), ...(cursor ? { cursor } : {}) });
          found.push(...page.data);
          cursor = page.next_cursor;
        }
        return found;
      },
      (found) => this.update(() => found),
      this.again,
    );
  }

  /** Reads anew what may have been missed. */
  async heal(): Promise<void> {
    if (this.getSnapshot()) await this.load();
  }

  take(event: Told): void {
    const known = this.getSnapshot();
    if (!known) return;
    const next = this.told(event, known);
    if (next !== "read") return this.update(() => next);
    this.parts.timers.later(this, this.after, () => void this.load().catch((failure: unknown) => this.parts.failed(failure)));
  }

  /** Reads nothing anew by itself any more. */
  close(): void {
    this.parts.timers.cancel(this);
  }

  /** Asks for a change, and shows what came of it before its event comes; what is told meanwhile is newer. */
  protected change<T>(ask: () => Promise<T>, show: (answer: T, known: readonly Item[]) => readonly Item[]): Promise<T> {
    return this.parts.news.during(ask, (answer) => this.update((known) => known && show(answer, known)), this.again);
  }

  private readonly again = async (event: Told): Promise<void> => this.take(event);
}
