import type { Api } from "./api.js";
import { Refused } from "./errors.js";
import type { components } from "./generated/openapi.js";
import type { News, Told } from "./news.js";
import type { Storage } from "./storage.js";
import { Store } from "./store.js";
import { pause } from "./waiting.js";

type Schemas = components["schemas"];
export type Written = Partial<Schemas["PutDraft"]>;

/** What has been written for a conversation, or for the thread of its message `parentId`. */
export interface KeptDraft {
  conversationId: string;
  parentId: string | null;
  /** Null: it was sent or let go of, which Parley does not know yet. */
  draft: Written | null;
  updatedAt: string;
  /** `waiting`: Parley has not got it yet; `refused`: it does not take it, and only this device has it. */
  status: "kept" | "waiting" | "refused";
  version: number;
}

export type DraftsState = Readonly<Record<string, KeptDraft>>;

const SAVED_EVERY = 2_000;
const PREFIX = "draft/";

/** Drafts on all of the user's devices. What is written here is kept at once, and told every few seconds; of two devices the later one wins. */
export class Drafts extends Store<DraftsState> {
  private loaded = false;
  private wanted: Promise<void> | undefined;
  /** What was told last of each draft that waits: it may have been written after what waits. */
  private readonly missed = new Map<string, Told>();
  private running: Promise<void> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private closed = false;

  constructor(
    private readonly api: Api,
    private readonly storage: Storage,
    private readonly news: News,
    private readonly failed: (failure: unknown) => void,
    private readonly every = SAVED_EVERY,
  ) {
    super({});
  }

  /** What has been written for a conversation or a thread. */
  of(conversationId: string, parentId: string | null = null): Written | undefined {
    return this.getSnapshot()[parentId ?? conversationId]?.draft ?? undefined;
  }

  /** Keeps what has been written so far; call it at each key. Nothing written is no draft. */
  async write(conversationId: string, draft: Written, parentId: string | null = null): Promise<void> {
    const says = draft.text || draft.attachments?.length || Object.keys(draft.custom ?? {}).length;
    if (!says && !this.getSnapshot()[parentId ?? conversationId]) return;
    await this.change({ conversationId, parentId, draft: says ? draft : null, updatedAt: new Date().toISOString(), status: "waiting", version: 0 });
  }

  /** Lets go of a draft; `Chat.send` does so. */
  async clear(conversationId: string, parentId: string | null = null): Promise<void> {
    await this.write(conversationId, {}, parentId);
  }

  /** Reads what an earlier process has not told. */
  async restore(): Promise<void> {
    this.closed = false;
    for (const place of await this.storage.keys(PREFIX)) {
      const kept = (await this.storage.get(place)) as KeptDraft | undefined;
      if (kept) this.update((drafts) => ({ [placeOf(kept)]: kept, ...drafts }));
    }
    this.wake();
  }

  /** Reads the drafts of all devices; events keep that up. */
  async load(): Promise<void> {
    await this.news.during(
      async () => {
        const found: Schemas["Draft"][] = [];
        let cursor: string | null = null;
        do {
          const page: Schemas["Page_Draft_"] = await this.api.get("/v1/drafts", { query: { limit: 100, ...(cursor ? { cursor } : {}) } });
          found.push(...page.data);
          cursor = page.next_cursor;
        } while (cursor);
        return found;
      },
      (found) => {
        this.loaded = true;
        this.update((drafts) => {
          const here = Object.entries(drafts).filter(([, each]) => each.status !== "kept");
          return { ...Object.fromEntries(found.map((each) => [each.parent_id ?? each.conversation_id, keptOf(each)])), ...Object.fromEntries(here) };
        });
      },
    );
  }

  /** Reads the drafts of all devices, unless they have been read. */
  want(): Promise<void> {
    this.wanted ??= this.load().catch((failure: unknown) => {
      this.wanted = undefined;
      throw failure;
    });
    return this.wanted;
  }

  /** Reads anew what may have been missed. */
  async heal(): Promise<void> {
    if (this.loaded) await this.load();
  }

  /** Takes what another device wrote. What this one has not told yet is later. */
  take(event: Told): void {
    if (event.type !== "draft.updated" && event.type !== "draft.deleted") return;
    const place = event.data.parent_id ?? event.data.conversation_id;
    const known = this.getSnapshot()[place];
    if (known?.status === "waiting") this.missed.set(place, event);
    if (known && (known.status !== "kept" || known.version > event.version)) return;
    if (event.type === "draft.updated") this.update((drafts) => ({ ...drafts, [place]: keptOf(event.data) }));
    else if (known) this.update((drafts) => without(drafts, place));
  }

  /** Lets go of what was for a conversation that the user is in no more. */
  async forget(conversationId: string): Promise<void> {
    for (const [place, each] of Object.entries(this.getSnapshot())) {
      if (each.conversationId !== conversationId) continue;
      this.update((drafts) => without(drafts, place));
      await this.storage.delete(PREFIX + place);
    }
  }

  /** Tells now what waits, as when the network is back. */
  wake(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.closed) return;
    this.running ??= this.flush().finally(() => (this.running = undefined));
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async change(kept: KeptDraft): Promise<void> {
    const place = placeOf(kept);
    this.update((drafts) => ({ ...drafts, [place]: { ...kept, version: drafts[place]?.version ?? 0 } }));
    if (!this.closed) this.timer ??= setTimeout(() => this.wake(), this.every);
    await this.storage.set(PREFIX + place, kept);
  }

  private async flush(): Promise<void> {
    for (let found; !this.closed && (found = Object.entries(this.getSnapshot()).find(([, each]) => each.status === "waiting")); ) {
      const [place, told] = found;
      try {
        const version = await this.tell(told);
        this.failures = 0;
        await this.settle(place, told, told.draft ? { ...told, status: "kept", version } : null);
      } catch (failure) {
        if (failure instanceof Refused && !failure.retryable && failure.status !== 401) {
          this.failed(failure);
          await this.settle(place, told, { ...told, status: "refused" });
          continue;
        }
        const wait = failure instanceof Refused ? failure.retryAfter : 0;
        if (!this.closed) this.timer = setTimeout(() => this.wake(), wait + pause(this.failures++));
        return;
      }
    }
  }

  /** The version that Parley has now; 0 of what is gone. */
  private async tell({ conversationId, parentId, draft }: KeptDraft): Promise<number> {
    const path = { conversation_id: conversationId };
    const query = parentId ? { parent_id: parentId } : {};
    if (draft) return (await this.api.put("/v1/conversations/{conversation_id}/draft", { path, query, body: draft, attempts: 1 })).version;
    await this.api.delete("/v1/conversations/{conversation_id}/draft", { path, query, attempts: 1 });
    return 0;
  }

  /** Shows what has become of a draft, unless it has been written again meanwhile: that is told in a while. */
  private async settle(place: string, told: KeptDraft, now: KeptDraft | null): Promise<void> {
    if (this.getSnapshot()[place] !== told) return;
    this.update((drafts) => (now ? { ...drafts, [place]: now } : without(drafts, place)));
    const missed = this.missed.get(place);
    this.missed.delete(place);
    if (missed && missed.version > (now?.version ?? 0)) this.take(missed);
    await this.storage.delete(PREFIX + place);
  }
}

function placeOf(kept: KeptDraft): string {
  return kept.parentId ?? kept.conversationId;
}

function keptOf({ conversation_id, parent_id, text, attachments, mentions, mentioned_groups, show_in_conversation, quoted_message_id, custom, updated_at, version }: Schemas["Draft"]): KeptDraft {
  const draft = { text, attachments, mentions, mentioned_groups, show_in_conversation, quoted_message_id, custom };
  return { conversationId: conversation_id, parentId: parent_id, draft, updatedAt: updated_at, status: "kept", version };
}

function without(drafts: DraftsState, place: string): DraftsState {
  const { [place]: _, ...rest } = drafts;
  return rest;
}
