import type { Answer, Api } from "./api.js";
import { ChatStore, MOST_CONVERSATIONS, ordered, type Conversation } from "./chat_state.js";
import { Directory } from "./directory.js";
import { isGone } from "./errors.js";
import { Events, type Event, type EventsOptions } from "./events.js";
import type { components } from "./generated/openapi.js";
import { Outbox, type Draft, type Pending } from "./outbox.js";
import { memoryStorage, type Storage } from "./storage.js";
import { subject } from "./tokens.js";
import { appended, messageOf, prepended, timelineOf, type Message, type Timeline } from "./timelines.js";

type Schemas = components["schemas"];

export interface ChatOptions extends Pick<EventsOptions, "socketsUrl" | "WebSocket" | "times"> {
  storage?: Storage;
  /** The caller; the token's `sub` if nothing is said. */
  userId?: string;
  /** Is told what the store does not show: refused tokens, failures while reading anew. */
  onError?(failure: unknown): void;
  onEvent?(event: Event): void;
}

/** Under this name; its number goes up when what is kept gets another form, so that what an older package kept is read anew. */
const KEPT = "chat/2";
const SETTINGS = ["archived_for_me", "hidden", "labels", "pinned"];
const MOST_VERSIONS = 10_000;
const PAGE = 50;
const HEALING_PAGE = 100;
const HEALING_PAGES = 5;
const MEETINGS = 4;
const TYPING_SAID = 3_000;
const SAVED_AFTER = 1_000;

interface Saved {
  cursor: string | undefined;
  conversations: readonly Conversation[];
  timelines: Readonly<Record<string, Timeline>>;
}

/** Conversations as they are now, kept up by events; messages that are sent whatever becomes of the network. */
export class Chat {
  readonly store = new ChatStore();
  readonly outbox: Outbox;
  readonly events: Events;
  /** Users and members by id, as they are asked for. */
  readonly directory: Directory;
  userId: string | undefined;
  private readonly storage: Storage;
  private readonly versions = new Map<string, number>();
  private readonly adopted = new Set<string>();
  private readonly typingSaid = new Map<string, number>();
  private saving: ReturnType<typeof setTimeout> | undefined;
  private unsubscribe: (() => void) | undefined;
  private listed = false;

  constructor(
    readonly api: Api,
    private readonly options: ChatOptions,
  ) {
    this.userId = options.userId;
    this.storage = options.storage ?? memoryStorage();
    this.directory = new Directory(api, this.failed);
    this.outbox = new Outbox(api, this.storage, {
      changed: (items) => this.store.set({ pending: items.filter((item) => !this.adopted.has(item.key)) }),
      sent: (item, message) => {
        this.adopted.delete(item.key);
        this.place(message).catch(this.failed);
      },
    });
    const { socketsUrl, WebSocket, times } = options;
    this.events = new Events(api, {
      socketsUrl,
      ...(WebSocket ? { WebSocket } : {}),
      ...(times ? { times } : {}),
      onEvent: (event) => this.take(event),
      onPresence: (presence) => this.store.show(presence),
      onConnection: (connection, failure) => {
        this.store.set({ connection });
        if (failure) this.options.onError?.(failure);
        if (connection !== "open") return;
        this.outbox.wake();
        if (!this.listed) this.refresh().catch(this.failed);
      },
    });
  }

  /** Shows what was kept, sends what waits, and follows what happens. */
  async start(): Promise<void> {
    const saved = (await this.storage.get(KEPT)) as Saved | undefined;
    if (saved) {
      this.events.cursor = saved.cursor;
      this.listed = true;
      this.store.set({ conversations: saved.conversations, timelines: saved.timelines });
    }
    this.unsubscribe = this.store.subscribe(() => {
      this.saving ??= setTimeout(() => void this.save(), SAVED_AFTER);
    });
    await this.outbox.load();
    globalThis.addEventListener?.("online", this.wake);
    globalThis.addEventListener?.("offline", this.cutOff);
    this.userId ??= await this.api.token().then(subject, () => undefined);
    this.events.start();
  }

  /** Ends what `start` began, and keeps what is known. */
  async stop(): Promise<void> {
    globalThis.removeEventListener?.("online", this.wake);
    globalThis.removeEventListener?.("offline", this.cutOff);
    this.unsubscribe?.();
    this.events.stop();
    this.outbox.close();
    this.store.close();
    await this.save();
  }

  /** Reads the list of conversations anew. */
  async refresh(): Promise<void> {
    const conversations: Conversation[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer<"/v1/conversations", "get"> = await this.api.get("/v1/conversations", { query: { limit: 100, ...(cursor ? { cursor } : {}) } });
      conversations.push(...page.data);
      cursor = page.next_cursor;
    } while (cursor && conversations.length < MOST_CONVERSATIONS);
    this.listed = true;
    this.store.set({ conversations: ordered(conversations) });
  }

  /** Shows the newest messages of a conversation. */
  async open(conversationId: string): Promise<void> {
    this.events.watch(conversationId);
    const line = this.store.line(conversationId);
    if (!line || line.hasLater) await this.load(conversationId);
  }

  /** Shows a message with those around it, however old it is. */
  async openAround(conversationId: string, messageId: string): Promise<void> {
    this.events.watch(conversationId);
    if (this.store.line(conversationId)?.messages.some((each) => each.id === messageId)) return;
    const path = { conversation_id: conversationId };
    const page = await this.api.get("/v1/conversations/{conversation_id}/messages", { path, query: { around: messageId, limit: PAGE } });
    const [hasEarlier, hasLater] = [!!page.next_cursor, !!page.prev_cursor];
    this.store.keep(conversationId, timelineOf(page.data, { upTo: hasLater ? 0 : Math.max(0, ...page.void_seqs), hasEarlier, hasLater }));
    if (!hasLater) await this.catchUp(conversationId);
  }

  /** Is told of typing and presence in a conversation no more; what is shown of it stays until others take its place. */
  leave(conversationId: string): void {
    this.events.unwatch(conversationId);
  }

  /** Shows the newest replies to a message. */
  async openThread(messageId: string): Promise<void> {
    const page = await this.api.get("/v1/messages/{message_id}/replies", { path: { message_id: messageId }, query: { limit: PAGE, order: "desc" } });
    this.store.keep(messageId, timelineOf(page.data, { hasEarlier: !!page.next_cursor, cursor: page.next_cursor }));
  }

  /** Shows older messages of a conversation, or older replies of a thread, that is open. */
  async loadEarlier(id: string): Promise<void> {
    const line = this.store.line(id);
    if (!line?.hasEarlier) return;
    if (line.cursor) {
      const { data, next_cursor } = await this.api.get("/v1/messages/{message_id}/replies", {
        path: { message_id: id },
        query: { limit: PAGE, order: "desc", cursor: line.cursor },
      });
      this.store.change(id, (now) => prepended(now, data, !!next_cursor, next_cursor));
    } else {
      const page = await this.api.get("/v1/conversations/{conversation_id}/messages", {
        path: { conversation_id: id },
        query: { limit: PAGE, before_seq: line.messages[0]?.seq ?? line.upTo + 1 },
      });
      this.store.change(id, (now) => prepended(now, page.data, page.data.length > 0 && !!page.next_cursor, null));
    }
  }

  /** Shows newer messages of a conversation whose newest are not shown. */
  async loadLater(id: string): Promise<void> {
    const line = this.store.line(id);
    if (!line?.hasLater) return;
    if (line.messages[0]?.parent_id) return this.openThread(id);
    const page = await this.history(id, { after_seq: line.upTo, order: "asc", limit: PAGE });
    if (!page) return;
    const hasLater = !!page.next_cursor && page.data.length > 0;
    this.store.change(id, (now) => (now.upTo === line.upTo ? { ...appended(now, page.data, hasLater ? 0 : Math.max(0, ...page.void_seqs)), hasLater } : now));
    // What was sent while the last page was on its way has not been placed.
    if (!hasLater) await this.catchUp(id);
  }

  /** Learns how far the members have read; events keep that up. Where the tenant hides receipts, nobody has read. */
  async loadReceipts(conversationId: string): Promise<void> {
    try {
      const { data } = await this.api.get("/v1/conversations/{conversation_id}/receipts", { path: { conversation_id: conversationId }, query: { limit: 100 } });
      this.store.read(conversationId, Object.fromEntries(data.map((each) => [each.user_id, each.read_seq])));
    } catch (failure) {
      if (!isGone(failure)) throw failure;
    }
  }

  /** Takes a message to send; it is shown at once, in `pending`, and sent once, even after a restart. */
  send(conversationId: string, draft: Draft | string): Promise<Pending> {
    return this.outbox.add(conversationId, typeof draft === "string" ? { text: draft } : draft);
  }

  /** Shows what an answer said of a message, before its event comes. */
  show(message: Schemas["MessageContent"]): void {
    this.store.each(message.id, (now) => (message.version < now.version ? now : { ...now, ...message, seq: now.seq }));
  }

  /** Marks a conversation as read to its end. */
  async markRead(conversationId: string): Promise<void> {
    if (!this.store.conversation(conversationId)?.unread_count) return;
    const state = await this.api.post("/v1/conversations/{conversation_id}/read", { path: { conversation_id: conversationId }, body: {} });
    this.store.summary(conversationId, { unread_count: state.unread_count });
  }

  /** Marks a message of a conversation, and what came after it, as unread. */
  async markUnread(conversationId: string, messageId: string): Promise<void> {
    const state = await this.api.post("/v1/conversations/{conversation_id}/unread", { path: { conversation_id: conversationId }, body: { message_id: messageId } });
    this.store.summary(conversationId, { unread_count: state.unread_count });
  }

  /** Changes how the user keeps a conversation in their list: hidden, archived for them, pinned, labels. */
  async arrange(conversationId: string, change: Schemas["UpdateSettings"]): Promise<void> {
    await this.api.put("/v1/conversations/{conversation_id}/settings", { path: { conversation_id: conversationId }, body: change });
    await this.meet(conversationId);
  }

  /** Shows the user nothing of a conversation up to a message or, without one, to its end; the others see it as before. */
  async clearHistory(conversationId: string, messageId?: string): Promise<void> {
    await this.api.post("/v1/conversations/{conversation_id}/clear", { path: { conversation_id: conversationId }, body: messageId === undefined ? {} : { message_id: messageId } });
    await this.cleared(conversationId);
  }

  /** Tells the others that the user types; call it at each key. */
  typing(conversationId: string, typing = true): void {
    const now = performance.now();
    if (typing && now - (this.typingSaid.get(conversationId) ?? -Infinity) < TYPING_SAID) return;
    if (typing) this.typingSaid.set(conversationId, now);
    else if (!this.typingSaid.delete(conversationId)) return;
    this.events.act({ action: typing ? "typing.start" : "typing.stop", conversation_id: conversationId });
  }

  /** Tells `onError` of a failure that nobody waits for. */
  readonly failed = (failure: unknown): void => this.options.onError?.(failure);

  private readonly wake = () => {
    this.outbox.wake();
    this.events.wake();
  };

  private readonly cutOff = () => this.events.drop();

  private async take(event: Event): Promise<void> {
    if (event.type === "gap") await this.heal(event.conversation_id);
    else if (this.isNews(event.entity_id, event.version, event.type)) {
      await this.apply(event);
      this.remember(event.entity_id, event.version);
    }
    this.options.onEvent?.(event);
  }

  /** Whether nothing newer is known of the entity. What is fleeting is told under versions of its own. */
  private isNews(entity: string, version: number, type: string): boolean {
    return type.startsWith("typing.") || version >= (this.versions.get(entity) ?? 0);
  }

  private remember(entity: string, version: number): void {
    this.versions.delete(entity);
    this.versions.set(entity, version);
    if (this.versions.size > MOST_VERSIONS) for (const oldest of this.versions.keys()) return void this.versions.delete(oldest);
  }

  private async apply(event: Exclude<Event, Schemas["Gap"]>): Promise<void> {
    const id = event.conversation_id ?? "";
    this.directory.take(event);
    switch (event.type) {
      case "message.created":
        return this.created(event);
      case "message.updated":
      case "message.deleted":
      case "reaction.added":
      case "reaction.removed":
        if ("reference" in event.data) return this.reread(event.data.reference);
        if ("reactions" in event.data) return this.annotate(event.data);
        if ("text" in event.data) {
          const content = event.data;
          this.store.each(content.id, (message) => (content.version < message.version ? message : { ...message, ...content, seq: message.seq }));
          const last = this.store.conversation(id)?.last_message;
          if (last?.id === content.id) this.store.summary(id, { last_message: { ...last, text: content.text, deleted: !!content.deleted_at } });
        } else if ("id" in event.data) {
          const gone = event.data.id;
          this.store.each(gone, () => null);
          if (this.store.conversation(id)?.last_message?.id === gone) await this.meet(id);
        }
        return;
      case "conversation.created":
      case "member.added":
        if (event.type === "conversation.created" || !("user_id" in event.data) || event.data.user_id === this.userId) await this.meet(id);
        return;
      case "conversation.updated":
      case "conversation.archived":
        if (!this.store.conversation(id) || "reference" in event.data) return this.meet(id);
        if ("name" in event.data) {
          const { name, avatar_url, archived_at } = event.data;
          this.store.summary(id, { name, avatar_url, archived_at });
        }
        return;
      case "member.removed":
        if ("user_id" in event.data && event.data.user_id === this.userId) this.store.forget(id);
        return;
      case "member.updated":
        if ("user_id" in event.data && event.data.user_id === this.userId) {
          if (event.changed.includes("visible_from")) return this.cleared(id);
          if (event.changed.some((name) => SETTINGS.includes(name))) return this.meet(id);
          const { role } = event.data;
          this.store.summary(id, { role, ...("muted" in event.data ? { muted: event.data.muted } : {}) });
        }
        return;
      case "read.updated":
        if ("user_id" in event.data && event.data.user_id === this.userId) {
          const seq = this.store.conversation(id)?.last_message?.seq ?? 0;
          if ((event.data.read_seq ?? 0) >= seq) this.store.summary(id, { unread_count: 0 });
          else await this.meet(id);
        }
        if ("user_id" in event.data) this.store.read(id, { [event.data.user_id]: event.data.read_seq ?? 0 });
        return;
      case "typing.started":
      case "typing.stopped":
        if ("user_id" in event.data && event.data.user_id !== this.userId) this.store.types(id, event.data.user_id, event.type === "typing.started");
        return;
      case "presence.changed":
        return this.store.show([event.data]);
    }
  }

  private async created(event: Schemas["MessageCreated"]): Promise<void> {
    const { data, conversation_id: id, seq } = event;
    if ("text" in data) {
      if (data.author_id === this.userId) this.adopt(data);
      await this.place(messageOf(data));
      this.store.types(id, data.author_id, false);
      if (data.parent_id) return;
    } else if (this.store.line(id)) await this.catchUp(id);
    const known = this.store.conversation(id);
    if (!known || !("text" in data)) return this.meet(id);
    const last = known.last_message?.seq ?? 0;
    if (seq <= last) return;
    const { author_id, created_at } = data;
    this.store.summary(id, {
      last_message: { id: data.id, seq, parent_id: null, author_id, text: data.text, created_at, deleted: false },
      last_activity_at: created_at,
      unread_count: author_id === this.userId ? known.unread_count : known.unread_count + 1,
    });
    // What stands between them was not told, or is told later: only the server can count it.
    if (seq > last + 1) await this.meet(id);
  }

  /** Puts a message where it belongs, with what is missing before it. */
  private async place(message: Message): Promise<void> {
    const id = message.parent_id ?? message.conversation_id;
    const line = this.store.line(id);
    if (!line || line.hasLater || message.seq <= line.upTo) return;
    if (message.seq === line.upTo + 1) this.store.change(id, (now) => appended(now, [message]));
    else if (message.parent_id) await this.openThread(id);
    else await this.catchUp(id);
  }

  /** Fetches what a history lacks at its end; anew if it is much. */
  private async catchUp(id: string): Promise<void> {
    for (let pages = 0; pages < HEALING_PAGES; pages++) {
      const line = this.store.line(id);
      if (!line || line.hasLater) return;
      const page = await this.history(id, { after_seq: line.upTo, order: "asc", limit: HEALING_PAGE });
      if (!page) return;
      this.store.change(id, (now) => appended(now, page.data, Math.max(0, ...page.void_seqs)));
      if (!page.next_cursor || page.data.length < HEALING_PAGE) return;
    }
    await this.load(id);
  }

  private async load(id: string): Promise<void> {
    const page = await this.history(id, { limit: PAGE });
    if (page) this.store.keep(id, timelineOf(page.data, { upTo: Math.max(0, ...page.void_seqs), hasEarlier: !!page.next_cursor }));
  }

  /** A page of messages; a conversation that may not be read any more is forgotten. */
  private async history(id: string, query: { limit: number; after_seq?: number; order?: "asc" }) {
    try {
      return await this.api.get("/v1/conversations/{conversation_id}/messages", { path: { conversation_id: id }, query });
    } catch (failure) {
      if (!isGone(failure)) throw failure;
      this.store.forget(id);
      return undefined;
    }
  }

  /** Reads anew what too much has happened in. */
  private async heal(id: string | null): Promise<void> {
    if (!id) await this.refresh();
    else await this.meet(id);
    const { timelines, conversations } = this.store.getSnapshot();
    for (const each of Object.keys(timelines)) {
      if (id ? each === id : conversations.some((known) => known.id === each)) await this.load(each);
      // Threads do not say what they missed: they are let go of, and read when they are opened.
      else if (timelines[each]?.messages[0]?.parent_id) this.store.drop(each);
    }
  }

  /** Reads anew what is left of a history, and lets go of its threads. */
  private async cleared(id: string): Promise<void> {
    const { timelines } = this.store.getSnapshot();
    for (const [each, line] of Object.entries(timelines)) if (each !== id && line.messages[0]?.conversation_id === id) this.store.drop(each);
    if (timelines[id]) await this.load(id);
    await this.meet(id);
  }

  /** Fetches a conversation that is new here, or whose counts cannot be known from an event. */
  private async meet(id: string): Promise<void> {
    try {
      const path = { conversation_id: id };
      let found = await this.api.get("/v1/conversations/{conversation_id}", { path });
      for (let tries = 0; found.membership; tries++) {
        const unread = await this.api.get("/v1/unread");
        const after = await this.api.get("/v1/conversations/{conversation_id}", { path });
        const still = after.last_message?.seq === found.last_message?.seq;
        found = after;
        // The counts are of another moment than the preview: a message between them would be counted again by its event.
        if (!still && tries < MEETINGS) continue;
        if (!found.membership) break;
        const { type, name, avatar_url, custom, last_message, created_at, last_activity_at, archived_at, version } = found;
        const { settings } = found;
        if (!settings || settings.hidden || settings.archived_for_me) return this.store.unlist(id);
        const { role, muted } = found.membership;
        const unread_count = unread.conversations.find((each) => each.conversation_id === id)?.unread_count ?? 0;
        const summary = { id, type, name, avatar_url, custom, last_message, created_at, last_activity_at, archived_at, settings, version, role, muted, unread_count };
        return this.store.update((state) => ({ ...state, conversations: ordered([summary, ...state.conversations.filter((each) => each.id !== id)]) }));
      }
      this.store.forget(id);
    } catch (failure) {
      if (!isGone(failure)) throw failure;
      this.store.forget(id);
    }
  }

  /** Fetches a message that did not fit a frame. */
  private async reread(reference: string): Promise<void> {
    const id = /\/v1\/messages\/([^/?]+)/.exec(reference)?.[1];
    if (!id) return;
    const found = await this.api.get("/v1/messages/{message_id}", { path: { message_id: decodeURIComponent(id) } }).catch((failure: unknown) => {
      if (isGone(failure)) return null;
      throw failure;
    });
    this.store.each(decodeURIComponent(id), (message) => found && { ...found, seq: message.seq });
  }

  private annotate(said: Schemas["Annotations"] | Schemas["ReactionState"]): void {
    this.store.each(said.message_id, (message) => {
      const reactions: Message["reactions"] = {};
      for (const [name, { count, users }] of Object.entries(said.reactions)) {
        // Only the first fifty are named.
        const mine = users.includes(this.userId ?? "") || (count > users.length && !!message.reactions[name]?.mine);
        reactions[name] = { count, mine };
      }
      return { ...message, reactions, reply_count: said.reply_count, last_reply_at: said.last_reply_at };
    });
  }

  /** An own message came as an event before its answer: its echo is not shown beside it. */
  private adopt(message: Schemas["MessageContent"]): void {
    const { pending } = this.store.getSnapshot();
    const echo = pending.find(
      ({ conversationId, draft, status }) =>
        status !== "failed" && conversationId === message.conversation_id && (draft.text ?? "") === message.text && (draft.parent_id ?? null) === message.parent_id,
    );
    if (!echo || echo.status !== "sending") return;
    this.adopted.add(echo.key);
    this.store.set({ pending: pending.filter((item) => item !== echo) });
  }

  /** Keeps the newest page of what is open. */
  private async save(): Promise<void> {
    clearTimeout(this.saving);
    this.saving = undefined;
    const { conversations, timelines } = this.store.getSnapshot();
    const short = Object.entries(timelines).map(([id, line]) => {
      const messages = line.messages.slice(-PAGE);
      return [id, { ...line, messages, hasEarlier: line.hasEarlier || messages.length < line.messages.length }] as const;
    });
    // A history that lacks its end, or a thread whose cursor is of older replies, is read when it is opened.
    const whole = short.filter(([, line]) => !line.hasLater && !line.cursor);
    const saved: Saved = { cursor: this.events.cursor, conversations, timelines: Object.fromEntries(whole) };
    if (this.listed) await this.storage.set(KEPT, saved).catch(this.failed);
  }
}
