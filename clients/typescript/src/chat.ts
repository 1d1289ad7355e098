import type { Answer, Api } from "./api.js";
import { Applying } from "./applying.js";
import { ChatStore, MOST_CONVERSATIONS, ordered, type Conversation } from "./chat_state.js";
import { ConversationList } from "./conversation_list.js";
import { Delivered } from "./delivered.js";
import { Directory } from "./directory.js";
import { Drafts } from "./drafts.js";
import { isGone } from "./errors.js";
import { Events, type Event, type EventsOptions } from "./events.js";
import type { components } from "./generated/openapi.js";
import { Histories } from "./histories.js";
import { News } from "./news.js";
import { Outbox, type NewMessage, type Pending } from "./outbox.js";
import { Own } from "./own/own.js";
import { Polls } from "./polls.js";
import { readSaved, save } from "./saved.js";
import { memoryStorage, type Storage } from "./storage.js";
import { Threads } from "./threads.js";
import { subject } from "./tokens.js";
import { UserGroups } from "./user_groups.js";
import { Timers } from "./waiting.js";

type Schemas = components["schemas"];
/** What an app told those who watch a conversation. */
export type CustomEvent = Schemas["CustomEvent"];
export type Command = Schemas["RunCommand"];
export type OfferedCommand = Schemas["OfferedCommand"];
export type RanCommand = Schemas["RanCommand"];

export interface ChatOptions extends Pick<EventsOptions, "socketsUrl" | "WebSocket" | "times"> {
  storage?: Storage;
  /** The caller; the token's `sub` if nothing is said. */
  userId?: string;
  /** Is told what the store does not show: refused tokens, failures while reading anew. */
  onError?(failure: unknown): void;
  onEvent?(event: Event): void;
}

const TYPING_SAID = 3_000;
const SAVED_AFTER = 1_000;

/** Conversations as they are now, kept up by events; messages that are sent whatever becomes of the network. */
export class Chat {
  readonly store = new ChatStore();
  readonly outbox: Outbox;
  readonly events: Events;
  /** What the user has not sent yet, as `drafts.load` and events tell it. */
  readonly drafts: Drafts;
  readonly polls: Polls;
  private readonly delivered: Delivered;
  /** Users and members by id, as they are asked for. */
  readonly directory: Directory;
  /** Threads that are followed, and how far they are read. */
  readonly threads: Threads;
  /** Bookmarks, scheduled messages, invites, requests to join, mutes, decisions of moderators. */
  readonly own: Own;
  /** The tenant's groups of users, as they are asked for. */
  readonly groups: UserGroups;
  userId: string | undefined;
  private readonly storage: Storage;
  private readonly news: News;
  private readonly histories: Histories;
  private readonly list: ConversationList;
  private readonly applying: Applying;
  private readonly listeners = new Set<(event: CustomEvent) => void>();
  private readonly typingSaid = new Map<string, number>();
  private readonly timers = new Timers();
  private unsubscribe: (() => void) | undefined;
  private listed = false;

  constructor(
    readonly api: Api,
    private readonly options: ChatOptions,
  ) {
    this.userId = options.userId;
    this.storage = options.storage ?? memoryStorage();
    this.directory = new Directory(api, this.failed);
    this.groups = new UserGroups(api, this.failed);
    this.news = new News(async (event) => {
      await this.applying.apply(event);
      await this.threads.take(event);
      this.own.take(event);
    }, this.failed);
    this.histories = new Histories(api, this.store, this.news);
    this.drafts = new Drafts(api, this.storage, this.news, this.failed, options.times?.drafts);
    this.polls = new Polls(api, this.store, this.news);
    this.outbox = new Outbox(api, this.storage, {
      changed: (items) => this.store.set({ pending: items.filter((item) => !this.applying.adopted.has(item.key)) }),
      sent: (item, message) => {
        this.applying.adopted.delete(item.key);
        this.histories.place(message).catch(this.failed);
      },
    });
    const { socketsUrl, WebSocket, times } = options;
    this.threads = new Threads(api, this.store, this.news, this.timers, () => this.userId, this.failed, (id) => this.list.meet(id), times?.counted);
    this.list = new ConversationList(api, this.store, this.news, this.timers, this.failed, () => this.threads.againSoon(), times?.counted);
    this.own = new Own({ api, news: this.news, timers: this.timers, me: () => this.userId, failed: this.failed }, times?.own);
    this.delivered = new Delivered(this.timers, (conversations) => this.events.act({ action: "delivered", conversations }), times?.delivered);
    const { store, directory, histories, list, drafts, delivered, polls } = this;
    this.applying = new Applying({ api, store, directory, histories, list, drafts, delivered, polls, me: () => this.userId, cleared: (id) => this.cleared(id), custom: (event) => [...this.listeners].forEach((each) => each(event)) });
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
        this.drafts.wake();
        void this.own.mutes.heal().catch(this.failed);
        if (!this.listed) this.refresh().catch(this.failed);
      },
    });
  }

  /** Shows what was kept, sends what waits, and follows what happens. */
  async start(): Promise<void> {
    this.timers.open();
    this.store.open();
    const saved = await readSaved(this.storage);
    if (saved) {
      this.events.cursor = saved.cursor;
      this.listed = true;
      this.store.set({ conversations: saved.conversations, timelines: saved.timelines });
    }
    this.unsubscribe = this.store.subscribe(() => this.timers.later(this, SAVED_AFTER, () => void this.save()));
    await this.outbox.load();
    await this.drafts.restore();
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
    this.drafts.close();
    this.timers.close();
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
    if (this.listed && !this.store.known(conversationId)) await this.news.inTurn(() => this.list.meet(conversationId));
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

  /** Learns how far the members have read, and what has reached them; events keep that up. Where the tenant hides receipts, or the user may not see the members, nobody has read. */
  async loadReceipts(conversationId: string): Promise<void> {
    try {
      const path = { conversation_id: conversationId };
      await this.news.during(
        () => this.api.get("/v1/conversations/{conversation_id}/receipts", { path, query: { limit: 100 } }),
        ({ data }) => {
          this.store.reach("receipts", conversationId, Object.fromEntries(data.map((each) => [each.user_id, each.read_seq])));
          this.store.reach("deliveries", conversationId, Object.fromEntries(data.map((each) => [each.user_id, each.delivered_seq ?? 0])));
        },
      );
    } catch (failure) {
      if (!isGone(failure)) throw failure;
    }
  }

  /** Takes a message to send; it is shown at once, in `pending`, and sent once, even after a restart. What was its draft is none any more. */
  async send(conversationId: string, message: NewMessage | string): Promise<Pending> {
    const says = typeof message === "string" ? { text: message } : message;
    const pending = await this.outbox.add(conversationId, says);
    await this.drafts.clear(conversationId, says.parent_id ?? null);
    return pending;
  }

  /** Shows what an answer said of a message, before its event comes. */
  show(message: Schemas["MessageContent"]): void {
    this.applying.show(message);
  }

  /** Takes the preview of a link away from a message of the user's; the link stays, and the preview does not come back. */
  async removeLinkPreview(messageId: string, url: string): Promise<void> {
    await this.api.delete("/v1/messages/{message_id}/link_previews", { path: { message_id: messageId }, query: { url } });
  }

  /** Marks a conversation as read to its end. */
  async markRead(conversationId: string): Promise<void> {
    if (!this.store.known(conversationId)?.unread_count) return;
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

  /**
   * Takes messages away from everybody, as an admin: up to a message or, without one, the newest that is known here. A `notice` is sent
   * as a system message that stays.
   */
  async truncate(conversationId: string, { messageId = this.newestIn(conversationId), notice }: { messageId?: string; notice?: string } = {}): Promise<void> {
    const body = { ...(messageId === undefined ? {} : { message_id: messageId }), ...(notice === undefined ? {} : { message: { text: notice } }) };
    await this.api.post("/v1/conversations/{conversation_id}/truncate", { path: { conversation_id: conversationId }, body });
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

  /** Tells who watches a conversation of something that only the app understands, as `cursor.moved`; whether a socket took it. Nobody keeps it. */
  sendEvent(conversationId: string, name: string, data: Record<string, unknown> = {}): boolean {
    return this.events.act({ action: "event.send", conversation_id: conversationId, name, data });
  }

  /** Calls for each such event of the conversations that are open; what it gives ends that. */
  onEvent(listener: (event: CustomEvent) => void): () => void {
    const own = (event: CustomEvent) => listener(event);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  /** The slash commands that the user may run in a conversation; a change shows within a minute. */
  async commands(conversationId: string): Promise<readonly OfferedCommand[]> {
    return (await this.api.get("/v1/conversations/{conversation_id}/commands", { path: { conversation_id: conversationId } })).data;
  }

  /** Runs a command, once under its key, and shows what comes of it. Throws `Refused` where nothing does. */
  async run(conversationId: string, command: Command, key: string = crypto.randomUUID()): Promise<RanCommand> {
    const ran = await this.api.post("/v1/conversations/{conversation_id}/commands", { path: { conversation_id: conversationId }, body: command, idempotencyKey: key });
    if (ran.ephemeral_message) this.store.whisper(ran.ephemeral_message);
    if (ran.message) await this.histories.place(ran.message);
    return ran;
  }

  /** Shows a message that the user alone sees no more. */
  dismiss(conversationId: string, id: string): void {
    this.store.dismiss(conversationId, id);
  }

  /** Tells `onError` of a failure that nobody waits for. */
  readonly failed = (failure: unknown): void => this.options.onError?.(failure);

  private readonly wake = () => {
    this.outbox.wake();
    this.drafts.wake();
    this.events.wake();
  };

  private readonly cutOff = () => this.events.drop();

  private async take(event: Event): Promise<void> {
    if (event.type === "gap") await this.news.inTurn(() => this.heal(event.conversation_id));
    else await this.news.take(event);
    this.options.onEvent?.(event);
  }

  /** The newest message that the list or an open history shows. */
  private newestIn(conversationId: string): string | undefined {
    const [last, shown] = [this.store.known(conversationId)?.last_message, this.store.line(conversationId)?.messages.at(-1)];
    return ((shown?.seq ?? 0) > (last?.seq ?? 0) ? shown : last)?.id;
  }

  /** Reads anew what too much has happened in. */
  private async heal(id: string | null): Promise<void> {
    await this.drafts.heal();
    if (!id) await this.refresh();
    else await this.list.meet(id);
    for (const [each, line] of Object.entries(this.store.getSnapshot().timelines)) {
      // Threads do not say what they missed: they are let go of, and read when they are opened.
      if ((line.messages[0]?.conversation_id ?? each) !== each) this.store.drop(each);
      else if (!id || each === id) await this.histories.load(each);
    }
    await this.threads.heal(id);
    await this.own.heal();
  }

  /** Reads anew what is left of a history, and what the list shows of it. */
  private async cleared(id: string): Promise<void> {
    await this.histories.cleared(id);
    await this.list.meet(id);
    await this.threads.again();
  }

  /** Keeps the newest page of what is open. */
  private async save(): Promise<void> {
    this.timers.cancel(this);
    const { conversations, timelines } = this.store.getSnapshot();
    if (this.listed) await save(this.storage, { cursor: this.events.cursor, conversations, timelines }).catch(this.failed);
  }
}
