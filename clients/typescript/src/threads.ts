import type { Answer, Api } from "./api.js";
import type { ChatStore } from "./chat_state.js";
import { isGone } from "./errors.js";
import type { components } from "./generated/openapi.js";
import type { News, Told } from "./news.js";
import { briefOf } from "./timelines.js";
import type { Timers } from "./waiting.js";

type Schemas = components["schemas"];
type Content = Schemas["MessageContent"];
export type Thread = Schemas["Thread"];

const PAGE = 100;
/** Milliseconds; conversations come back to the list one after the other. */
const LOADED_AFTER = 3_000;

/** The threads that the user follows, and those that are open: read when they are wanted, and kept up by events. */
export class Threads {
  constructor(
    private readonly api: Api,
    private readonly store: ChatStore,
    private readonly news: News,
    private readonly timers: Timers,
    private readonly me: () => string | undefined,
    private readonly failed: (failure: unknown) => void,
    /** Reads a conversation: how the user keeps it decides whether its threads are listed. */
    private readonly meetConversation: (id: string) => Promise<void>,
    private readonly after = LOADED_AFTER,
  ) {}

  /** Reads all threads that the user follows: Parley keeps two hundred at most. */
  async load(): Promise<void> {
    await this.news.during(
      async () => {
        const threads: Thread[] = [];
        let cursor: string | null = null;
        do {
          const page: Answer<"/v1/threads", "get"> = await this.api.get("/v1/threads", { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } });
          threads.push(...page.data);
          cursor = page.next_cursor;
        } while (cursor);
        return threads;
      },
      (threads) => this.store.follow(threads),
      // One that gets a reply meanwhile may have moved before the pages that were not read yet.
      (event) => this.take(event, true),
    );
  }

  /** Reads a thread, followed or not, and keeps it up. */
  async open(id: string): Promise<void> {
    await this.change(id, () => this.api.get("/v1/threads/{message_id}", { path: { message_id: id } }));
  }

  /** Marks a thread as read up to a reply; without one, to the newest that is known here. */
  async markRead(id: string, replyId?: string): Promise<void> {
    const known = this.store.thread(id);
    if (!known?.unread_count) return;
    const reply_id = replyId ?? known.last_reply?.id;
    const body = reply_id ? { reply_id } : {};
    await this.change(id, () => this.api.post("/v1/threads/{message_id}/read", { path: { message_id: id }, body }));
  }

  /** Follows a thread: replies to it count, and are pushed. */
  async follow(id: string): Promise<void> {
    await this.change(id, () => this.api.put("/v1/threads/{message_id}/follow", { path: { message_id: id } }));
  }

  /** Follows a thread no more, whoever replies, until the user follows it again. */
  async unfollow(id: string): Promise<void> {
    await this.news.during(
      () => this.api.delete("/v1/threads/{message_id}/follow", { path: { message_id: id } }),
      () => this.left(id),
      (event) => this.take(event),
    );
  }

  /** Reads the list anew, if it is shown at all. */
  async again(): Promise<void> {
    if (this.store.getSnapshot().threads) await this.load();
  }

  /** Reads the list anew some seconds later: a conversation has come back, and its threads with it. */
  againSoon(): void {
    if (!this.store.getSnapshot().threads) return;
    this.timers.later(this, this.after, () => void this.again().catch(this.failed));
  }

  /** Reads anew what too much has happened in; null is everywhere. */
  async heal(conversationId: string | null): Promise<void> {
    await this.again();
    for (const { id, conversation_id } of Object.values(this.store.getSnapshot().openThreads)) if (!conversationId || conversation_id === conversationId) await this.meet(id);
  }

  /** Applies what an event says of threads; while the list is read, one that is not known may be a followed one. */
  async take(event: Told, listing = false): Promise<void> {
    const { data } = event;
    switch (event.type) {
      case "thread.updated":
        if ("following" in data && data.user_id === this.me()) await this.placed(data);
        return;
      case "message.created":
        if ("reference" in data) return this.metBy(data.reference);
        if ("text" in data && "seq" in data && data.parent_id) await this.replied(data, data.parent_id, event.seq, listing);
        return;
      case "message.updated":
      case "message.deleted":
        if ("reference" in data) return this.metBy(data.reference);
        if ("text" in data && "seq" in data) return this.said(data);
        if ("id" in data && event.type === "message.deleted") for (const id of [data.id, rootOf(data.id)]) if (this.store.thread(id)) await this.meet(id);
        return;
      case "conversation.archived":
        return this.store.leaveThreads(event.conversation_id ?? "");
    }
  }

  /** The user's place in a thread is another. */
  private async placed({ id, following, read_seq, read_at }: Schemas["ThreadState"]): Promise<void> {
    if (!following) return this.left(id);
    const known = this.store.thread(id);
    if (known?.following && known.last_reply && (read_seq ?? 0) >= known.last_reply.seq) this.store.putThread({ ...known, read_seq, read_at, unread_count: 0 });
    else if (known || this.store.getSnapshot().threads) await this.meet(id);
  }

  private async replied(reply: Content, root: string, seq: number, listing: boolean): Promise<void> {
    const known = this.store.thread(root);
    if (!known) return listing ? this.meet(root) : undefined;
    const last = known.last_reply?.seq ?? 0;
    if (seq <= last) return;
    // What stands between them was not told, or is gone, and what was read elsewhere does not count: only the server can count.
    const isNext = seq === last + 1 && (!!last || !known.reply_count) && !reply.deleted_at && seq > (known.read_seq ?? 0);
    if (!isNext) return this.meet(root);
    const { id, author_id, created_at } = reply;
    const place = known.following ? (author_id === this.me() ? { read_seq: seq, unread_count: 0 } : { unread_count: known.unread_count + 1 }) : {};
    const last_reply = { id, seq, author_id, ...briefOf(reply), created_at, deleted: false };
    this.store.putThread({ ...known, ...place, last_reply, reply_count: known.reply_count + 1, last_activity_at: created_at });
  }

  /** A message says something else than before. */
  private async said(content: Content): Promise<void> {
    const { id, parent_id } = content;
    const brief = briefOf(content);
    const deleted = !!content.deleted_at;
    const hung = this.store.thread(id);
    if (hung) this.store.putThread({ ...hung, root: { ...hung.root, ...brief, deleted } });
    const known = parent_id ? this.store.thread(parent_id) : undefined;
    if (!known) return;
    const last = known.last_reply;
    if (deleted || !last || content.seq > last.seq) await this.meet(known.id);
    else if (last.id === id) this.store.putThread({ ...known, last_reply: { ...last, ...brief } });
  }

  private left(id: string): void {
    const known = this.store.thread(id);
    if (known) this.store.putThread({ ...known, following: false, unread_count: 0, read_seq: null, read_at: null });
  }

  private async change(id: string, ask: () => Promise<Thread>): Promise<void> {
    await this.news.during(ask, (thread) => this.store.putThread(thread, true), (event) => this.take(event)).catch((failure: unknown) => {
      if (!isGone(failure)) throw failure;
      this.store.dropThread(id);
    });
  }

  /** Reads a thread whose counts cannot be known from an event. */
  private async meet(id: string): Promise<void> {
    try {
      const thread = await this.api.get("/v1/threads/{message_id}", { path: { message_id: id } });
      if (thread.following && !this.store.known(thread.conversation_id)) await this.meetConversation(thread.conversation_id);
      this.store.putThread(thread);
    } catch (failure) {
      if (!isGone(failure)) throw failure;
      this.store.dropThread(id);
    }
  }

  /** Reads the threads of a message that did not fit a frame. */
  private async metBy(reference: string): Promise<void> {
    const id = decodeURIComponent(/\/v1\/messages\/([^/?]+)/.exec(reference)?.[1] ?? "");
    for (const each of [id, rootOf(id)]) if (this.store.thread(each)) await this.meet(each);
  }
}

/** The id of the thread that a reply with this id is in: ids say where messages are. */
function rootOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf("-")));
}

/** Unread replies in the threads that are followed, but for those of muted conversations. */
export function unreadReplies({ threads, conversations }: { threads: readonly Thread[] | undefined; conversations: readonly { id: string; muted: boolean }[] }): number {
  const muted = new Set(conversations.filter((each) => each.muted).map((each) => each.id));
  return (threads ?? []).reduce((sum, each) => sum + (muted.has(each.conversation_id) ? 0 : each.unread_count), 0);
}
