import type { Answer, Api } from "./api.js";
import { ChatStore, MOST_CONVERSATIONS, ordered, type Conversation } from "./chat_state.js";
import { ConversationList } from "./conversation_list.js";
import { Delivered } from "./delivered.js";
import { Directory } from "./directory.js";
import { isGone } from "./errors.js";
import { Events, type Event, type EventsOptions } from "./events.js";
import type { components } from "./generated/openapi.js";
import { Histories } from "./histories.js";
import { News, type Told } from "./news.js";
import { Outbox, type Draft, type Pending } from "./outbox.js";
import { memoryStorage, type Storage } from "./storage.js";
import { subject } from "./tokens.js";
import { messageOf, type Message, type Timeline } from "./timelines.js";

type Schemas = components["schemas"];

export interface ChatOptions extends Pick<EventsOptions, "socketsUrl" | "WebSocket" | "times"> {
  storage?: Storage;
  /** The caller; the token's `sub` if nothing is said. */
  userId?: string;
  /** Is told what the store does not show: refused tokens, failures while reading anew. */
  onError?(failure: unknown): void;
  onEvent?(event: Event): void;
}

/** How many messages of each history are kept over a restart. */
const KEPT = 50;
/** What is kept is under this name; its number goes up when it gets another form, so that what an older package kept is read anew. */
const KEPT_AS = "chat/2";
/** What is hidden until a message again changes only since when it is. */
const SETTINGS = ["archived_for_me", "hidden", "hidden_seq", "labels", "pinned"];
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
  private readonly delivered: Delivered;
  /** Users and members by id, as they are asked for. */
  readonly directory: Directory;
  userId: string | undefined;
  private readonly storage: Storage;
  private readonly news: News;
  private readonly histories: Histories;
  private readonly list: ConversationList;
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
    this.news = new News((event) => this.apply(event), this.failed);
    this.histories = new Histories(api, this.store, this.news);
    this.outbox = new Outbox(api, this.storage, {
      changed: (items) => this.store.set({ pending: items.filter((item) => !this.adopted.has(item.key)) }),
      sent: (item, message) => {
        this.adopted.delete(item.key);
        this.histories.place(message).catch(this.failed);
      },
    });
    const { socketsUrl, WebSocket, times } = options;
    this.list = new ConversationList(api, this.store, this.news, this.failed, times?.counted);
    this.delivered = new Delivered((conversations) => this.events.act({ action: "delivered", conversations }), times?.delivered);
    this.events = new Events(api, {
      socketsUrl,
      ...(WebSocket ? { WebSocket } : {}),
      ...(times ? { times } : {}),
      onEvent: (event) => this.take(event),
      onPresence: (presence) => this.store.show(presence),
      onDelivered: (states) => {
        for (const { conversation_id, delivered_seq } of states) if (delivered_seq !== null) this.delivered.kept(conversation_id, delivered_seq);
      },
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
    const saved = (await this.storage.get(KEPT_AS)) as Saved | undefined;
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
    this.delivered.close();
    this.list.close();
    this.store.close();
    await this.save();
  }

  /** Reads the list of conversations anew. */
  async refresh(): Promise<void> {
    await this.news.during(
      async () => {
        const conversations: Conversation[] = [];
        let cursor: string | null = null;
        do {
          const page: Answer<"/v1/conversations", "get"> = await this.api.get("/v1/conversations", { query: { limit: 100, ...(cursor ? { cursor } : {}) } });
          conversations.push(...page.data);
          cursor = page.next_cursor;
        } while (cursor && conversations.length < MOST_CONVERSATIONS);
        return conversations;
      },
      (conversations) => {
        this.listed = true;
        this.store.set({ conversations: ordered(conversations) });
        for (const { id, unread_count, last_message } of conversations) if (unread_count && last_message) this.delivered.note(id, last_message.seq);
      },
    );
  }

  /** Shows the newest messages of a conversation. */
  async open(conversationId: string): Promise<void> {
    this.events.watch(conversationId);
    const line = this.store.line(conversationId);
    if (!line || line.hasLater) await this.histories.load(conversationId);
  }

  /** Shows a message with those around it, however old it is. */
  async openAround(conversationId: string, messageId: string): Promise<void> {
    this.events.watch(conversationId);
    if (this.store.line(conversationId)?.messages.some((each) => each.id === messageId)) return;
    await this.histories.loadAround(conversationId, messageId);
  }

  /** Is told of typing and presence in a conversation no more; what is shown of it stays until others take its place. */
  leave(conversationId: string): void {
    this.events.unwatch(conversationId);
  }

  /** Shows the newest replies to a message. */
  openThread(messageId: string): Promise<void> {
    return this.histories.loadThread(messageId);
  }

  /** Shows older messages of a conversation, or older replies of a thread, that is open. */
  loadEarlier(id: string): Promise<void> {
    return this.histories.loadEarlier(id);
  }

  /** Shows newer messages of a conversation whose newest are not shown. */
  loadLater(id: string): Promise<void> {
    return this.histories.loadLater(id);
  }

  /** Learns how far the members have read; events keep that up. Where the tenant hides receipts, nobody has read. */
  async loadReceipts(conversationId: string): Promise<void> {
    try {
      const path = { conversation_id: conversationId };
      await this.news.during(
        () => this.api.get("/v1/conversations/{conversation_id}/receipts", { path, query: { limit: 100 } }),
        ({ data }) => this.store.read(conversationId, Object.fromEntries(data.map((each) => [each.user_id, each.read_seq]))),
      );
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
    const path = { conversation_id: conversationId };
    await this.list.counted(conversationId, () => this.api.post("/v1/conversations/{conversation_id}/read", { path, body: {} }));
  }

  /** Marks a message of a conversation, and what came after it, as unread. */
  async markUnread(conversationId: string, messageId: string): Promise<void> {
    const path = { conversation_id: conversationId };
    await this.list.counted(conversationId, () => this.api.post("/v1/conversations/{conversation_id}/unread", { path, body: { message_id: messageId } }));
  }

  /** Changes how the user keeps a conversation in their list: hidden, archived for them, pinned, labels. */
  async arrange(conversationId: string, change: Schemas["UpdateSettings"]): Promise<void> {
    await this.api.put("/v1/conversations/{conversation_id}/settings", { path: { conversation_id: conversationId }, body: change });
    await this.news.inTurn(() => this.list.meet(conversationId));
  }

  /**
   * Shows the user nothing of a conversation up to a message; the others see it as before. Without a message up to the newest that is
   * known here: what is sent meanwhile, nobody has seen, and it cannot be taken back.
   */
  async clearHistory(conversationId: string, messageId = this.newestIn(conversationId)): Promise<void> {
    await this.api.post("/v1/conversations/{conversation_id}/clear", { path: { conversation_id: conversationId }, body: messageId === undefined ? {} : { message_id: messageId } });
    await this.news.inTurn(() => this.cleared(conversationId));
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
    if (event.type === "gap") await this.news.inTurn(() => this.heal(event.conversation_id));
    else await this.news.take(event);
    this.options.onEvent?.(event);
  }

  private async apply(event: Told): Promise<void> {
    const id = event.conversation_id ?? "";
    this.directory.take(event);
    switch (event.type) {
      case "message.created":
        if (!("reference" in event.data) && event.data.author_id !== this.userId && !("text" in event.data && event.data.parent_id)) this.delivered.note(id, event.seq);
        if ("text" in event.data) return this.say(event.data, event.seq, true);
        if (this.store.line(id)) await this.histories.catchUp(id);
        return this.list.recount(id);
      case "message.updated":
      case "message.deleted":
      case "reaction.added":
      case "reaction.removed":
        if ("reference" in event.data) return this.reread(event.data.reference);
        if ("reactions" in event.data) return this.annotate(event.data);
        if ("text" in event.data) return this.say(event.data, event.data.seq, false);
        if ("id" in event.data) return this.remove(id, event.data.id, event.data.seq);
        return;
      case "conversation.created":
      case "member.added":
        if (event.type === "conversation.created" || !("user_id" in event.data) || event.data.user_id === this.userId) await this.list.meet(id);
        return;
      case "conversation.updated":
      case "conversation.archived":
        // A large conversation tells those who do not watch it of nothing else.
        if (event.changed.includes("last_seq")) return this.list.recountSoon(id);
        if (!this.store.conversation(id) || "reference" in event.data) return this.list.recount(id);
        if ("name" in event.data) {
          const { name, avatar_url, archived_at } = event.data;
          this.store.summary(id, { name, avatar_url, archived_at });
        } else if ("custom" in event.data) this.store.summary(id, { custom: event.data.custom });
        return;
      case "member.removed":
        if ("user_id" in event.data && event.data.user_id === this.userId) this.list.forget(id);
        return;
      case "member.updated":
        if ("user_id" in event.data && event.data.user_id === this.userId) {
          if (event.changed.includes("visible_from")) return this.cleared(id);
          if (event.changed.some((name) => SETTINGS.includes(name))) return this.list.meet(id);
          const { role } = event.data;
          this.store.summary(id, { role, ...("muted" in event.data ? { muted: event.data.muted } : {}) });
        }
        return;
      case "read.updated":
        if ("user_id" in event.data && event.data.user_id === this.userId) {
          const seq = this.store.conversation(id)?.last_message?.seq ?? 0;
          if ((event.data.read_seq ?? 0) >= seq) this.store.summary(id, { unread_count: 0 });
          else await this.list.meet(id);
        }
        if ("user_id" in event.data) this.store.read(id, { [event.data.user_id]: event.data.read_seq ?? 0 });
        return;
      case "delivered.updated":
        if ("user_id" in event.data && event.data.user_id === this.userId) this.delivered.kept(id, event.data.delivered_seq ?? 0);
        return;
      case "typing.started":
      case "typing.stopped":
        if ("user_id" in event.data && event.data.user_id !== this.userId) this.store.types(id, event.data.user_id, event.type === "typing.started");
        return;
      case "presence.changed":
        return this.store.show([event.data]);
    }
  }

  /** Shows what a message says now: where it is, where it belongs, and in the list. */
  private async say(content: Schemas["MessageContent"], seq: number, isNew: boolean): Promise<void> {
    const { id, conversation_id, parent_id, author_id, text, created_at } = content;
    const isMine = author_id === this.userId;
    if (isNew && isMine) this.adopt(content);
    this.show(content);
    await this.histories.place(messageOf(content));
    if (isNew) this.store.types(conversation_id, author_id, false);
    const known = this.store.conversation(conversation_id);
    const last = known?.last_message;
    if (known && last?.id === id) this.store.summary(conversation_id, { last_message: { ...last, text, deleted: !!content.deleted_at } });
    if (parent_id) return;
    const lastSeq = last?.seq ?? 0;
    if (!known || (content.deleted_at && !isMine && known.unread_count)) return this.list.recount(conversation_id);
    if (seq <= lastSeq) return;
    // What stands between them was not told, or is told later, and what was read already does not count: only the server can count.
    const isNext = isNew && seq === lastSeq + 1 && !content.deleted_at && (isMine || seq > this.readUpTo(conversation_id));
    if (!isNext) return this.list.recount(conversation_id);
    this.store.summary(conversation_id, {
      last_message: { id, seq, parent_id: null, author_id, text, created_at, deleted: false },
      last_activity_at: created_at,
      unread_count: isMine ? known.unread_count : known.unread_count + 1,
    });
  }

  /** Shows a message no more that is gone for good. */
  private async remove(conversationId: string, id: string, seq: number): Promise<void> {
    this.store.each(id, () => null);
    const known = this.store.conversation(conversationId);
    if (!known || known.unread_count || known.last_message?.id === id || seq > (known.last_message?.seq ?? 0)) await this.list.recount(conversationId);
  }

  /** The newest message that the list or an open history shows. */
  private newestIn(conversationId: string): string | undefined {
    const [last, shown] = [this.store.conversation(conversationId)?.last_message, this.store.line(conversationId)?.messages.at(-1)];
    return ((shown?.seq ?? 0) > (last?.seq ?? 0) ? shown : last)?.id;
  }

  /** How far the caller has read, as far as it was told. */
  private readUpTo(conversationId: string): number {
    return this.store.getSnapshot().receipts[conversationId]?.[this.userId ?? ""] ?? 0;
  }

  /** Reads anew what too much has happened in. */
  private async heal(id: string | null): Promise<void> {
    if (!id) await this.refresh();
    else await this.list.meet(id);
    for (const [each, line] of Object.entries(this.store.getSnapshot().timelines)) {
      // Threads do not say what they missed: they are let go of, and read when they are opened.
      if ((line.messages[0]?.conversation_id ?? each) !== each) this.store.drop(each);
      else if (!id || each === id) await this.histories.load(each);
    }
  }

  /** Reads anew what is left of a history, and what the list shows of it. */
  private async cleared(id: string): Promise<void> {
    await this.histories.cleared(id);
    await this.list.meet(id);
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
    if (found) await this.say(found, found.seq, false);
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
      const messages = line.messages.slice(-KEPT);
      return [id, { ...line, messages, hasEarlier: line.hasEarlier || messages.length < line.messages.length }] as const;
    });
    // A history that lacks its end, or a thread whose cursor is of older replies, is read when it is opened.
    const whole = short.filter(([, line]) => !line.hasLater && !line.cursor);
    const saved: Saved = { cursor: this.events.cursor, conversations, timelines: Object.fromEntries(whole) };
    if (this.listed) await this.storage.set(KEPT_AS, saved).catch(this.failed);
  }
}
