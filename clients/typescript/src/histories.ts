import type { Answer, Api } from "./api.js";
import type { ChatStore } from "./chat_state.js";
import { isGone } from "./errors.js";
import type { News } from "./news.js";
import { appended, prepended, timelineOf, type Message, type Timeline } from "./timelines.js";

const PAGE = 50;
const HEALING_PAGE = 100;
const HEALING_PAGES = 5;

type Page = Answer<"/v1/conversations/{conversation_id}/messages", "get">;
type Query = { limit: number; after_seq?: number; before_seq?: number; order?: "asc" };

/** The stretches of conversations and threads that are shown: how they are read, go on, and are filled where they lack something. */
export class Histories {
  constructor(
    private readonly api: Api,
    private readonly store: ChatStore,
    private readonly news: News,
  ) {}

  /** The newest messages of a conversation. */
  async load(id: string): Promise<void> {
    await this.read(id, { limit: PAGE }, (page) => this.store.keep(id, timelineOf(page.data, { upTo: Math.max(0, ...page.void_seqs), hasEarlier: !!page.next_cursor })));
  }

  /** A message with those around it. */
  async loadAround(id: string, messageId: string): Promise<void> {
    const path = { conversation_id: id };
    await this.news.during(
      () => this.api.get("/v1/conversations/{conversation_id}/messages", { path, query: { around: messageId, limit: PAGE } }),
      (page) => {
        const [hasEarlier, hasLater] = [!!page.next_cursor, !!page.prev_cursor];
        this.store.keep(id, timelineOf(page.data, { upTo: hasLater ? 0 : Math.max(0, ...page.void_seqs), hasEarlier, hasLater }));
      },
    );
    await this.catchUp(id);
  }

  /** The newest replies to a message. */
  async loadThread(messageId: string): Promise<void> {
    const path = { message_id: messageId };
    await this.news.during(
      () => this.api.get("/v1/messages/{message_id}/replies", { path, query: { limit: PAGE, order: "desc" } }),
      (page) => this.store.keep(messageId, timelineOf(page.data, { hasEarlier: !!page.next_cursor, cursor: page.next_cursor })),
    );
  }

  async loadEarlier(id: string): Promise<void> {
    const line = this.store.line(id);
    if (!line?.hasEarlier) return;
    const { cursor } = line;
    if (cursor) {
      await this.news.during(
        () => this.api.get("/v1/messages/{message_id}/replies", { path: { message_id: id }, query: { limit: PAGE, order: "desc", cursor } }),
        ({ data, next_cursor }) => this.store.change(id, (now) => (now.cursor === cursor ? prepended(now, data, !!next_cursor, next_cursor) : now)),
      );
    } else {
      const before_seq = beginning(line);
      await this.read(id, { limit: PAGE, before_seq }, (page) =>
        // Before another stretch that has taken its place it would leave a hole.
        this.store.change(id, (now) => (beginning(now) === before_seq ? prepended(now, page.data, page.data.length > 0 && !!page.next_cursor, null) : now)),
      );
    }
  }

  async loadLater(id: string): Promise<void> {
    const line = this.store.line(id);
    if (!line?.hasLater) return;
    if ((line.messages[0]?.conversation_id ?? id) !== id) return this.loadThread(id);
    await this.read(id, { after_seq: line.upTo, order: "asc", limit: PAGE }, (page) => {
      const hasLater = !!page.next_cursor && page.data.length > 0;
      this.store.change(id, (now) => (now.upTo === line.upTo ? { ...appended(now, page.data, hasLater ? 0 : Math.max(0, ...page.void_seqs)), hasLater } : now));
    });
    // What was sent while the last page was on its way has not been placed.
    await this.catchUp(id);
  }

  /** What is left of a history that was cleared; its threads are let go of. */
  async cleared(id: string): Promise<void> {
    const { timelines } = this.store.getSnapshot();
    for (const [each, line] of Object.entries(timelines)) if (each !== id && line.messages[0]?.conversation_id === id) this.store.drop(each);
    if (timelines[id]) await this.load(id);
  }

  /** Puts a message where it belongs, with what is missing before it, and what has been told of it already. */
  async place(message: Message): Promise<void> {
    const id = message.parent_id ?? message.conversation_id;
    const line = this.store.line(id);
    if (!line || line.hasLater || message.seq <= line.upTo) return;
    const isAllThatIsKnown = this.news.version(message.id) <= message.version && !this.news.version(`${message.id}/annotations`);
    if (message.seq === line.upTo + 1 && isAllThatIsKnown) this.store.change(id, (now) => appended(now, [message]));
    else if (message.parent_id) await this.loadThread(id);
    else await this.catchUp(id);
  }

  /** Fetches what a conversation's history lacks at its end; anew if it is much. */
  async catchUp(id: string): Promise<void> {
    for (let pages = 0; pages < HEALING_PAGES; pages++) {
      const line = this.store.line(id);
      if (!line || line.hasLater) return;
      let fits = true;
      const page = await this.read(id, { after_seq: line.upTo, order: "asc", limit: HEALING_PAGE }, ({ data, void_seqs }) =>
        this.store.change(id, (now) => {
          // After an older stretch that has taken its place it would leave a hole.
          fits = now.upTo >= line.upTo;
          return fits ? appended(now, data, Math.max(0, ...void_seqs)) : now;
        }),
      );
      if (fits && (!page?.next_cursor || page.data.length < HEALING_PAGE)) return;
    }
    await this.load(id);
  }

  /** Reads and shows a page of messages; a conversation that may not be read any more is forgotten. */
  private async read(id: string, query: Query, show: (page: Page) => void): Promise<Page | undefined> {
    try {
      return await this.news.during(() => this.api.get("/v1/conversations/{conversation_id}/messages", { path: { conversation_id: id }, query }), show);
    } catch (failure) {
      if (!isGone(failure)) throw failure;
      this.store.forget(id);
      return undefined;
    }
  }
}

/** The number before which a stretch lacks what is older. */
function beginning(line: Timeline): number {
  return line.messages[0]?.seq ?? line.upTo + 1;
}
