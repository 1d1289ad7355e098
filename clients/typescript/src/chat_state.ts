import type { Connection } from "./events.js";
import type { components } from "./generated/openapi.js";
import type { Pending } from "./outbox.js";
import { Store } from "./store.js";
import type { Thread } from "./threads.js";
import { changed, quoting, type Message, type Timeline } from "./timelines.js";
import { Timers } from "./waiting.js";

type Schemas = components["schemas"];
export type Conversation = Schemas["ConversationSummary"];
type Presence = Schemas["UserPresence"];
type Receipts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** All that a page shows; replaced, never changed, so that what is the same object is the same. */
export interface ChatState {
  readonly connection: Connection;
  /** The pinned ones first, then by last activity, newest first. */
  readonly conversations: readonly Conversation[];
  /** Conversations that the user keeps out of the list, as far as they were looked at; of them `unread_count` may count messages that are deleted. */
  readonly aside: Readonly<Record<string, Conversation>>;
  /** The histories that are open: by the id of a conversation, or of the message that a thread hangs on. */
  readonly timelines: Readonly<Record<string, Timeline>>;
  /** Messages that Parley has not confirmed; show them after the others. */
  readonly pending: readonly Pending[];
  /** Who types, by conversation. */
  readonly typing: Readonly<Record<string, readonly string[]>>;
  readonly presence: Readonly<Record<string, Presence>>;
  /** Messages that the user alone sees, by conversation, until they are dismissed or the page closes. */
  readonly ephemeral: Readonly<Record<string, readonly EphemeralMessage[]>>;
  /** The `seq` up to which each member has read, by conversation, as far as it was told or asked for. */
  readonly receipts: Receipts;
  /** The `seq` up to which messages have reached each member, likewise; what is read has come. */
  readonly deliveries: Receipts;
  /** The threads that the user follows, newest reply first; undefined until they are loaded. */
  readonly threads: readonly Thread[] | undefined;
  /** The threads that are open, followed or not: by the message that they hang on. */
  readonly openThreads: Readonly<Record<string, Thread>>;
}

/** A message that the user alone sees. */
export type EphemeralMessage = components["schemas"]["EphemeralMessage"];

export const MOST_CONVERSATIONS = 500;
const MOST_TIMELINES = 30;
const MOST_ASIDE = 100;
const MOST_NAMES = 1000;
const MOST_READERS = 200;
const MOST_EPHEMERAL = 20;
const TYPING_ENDS = 8_000;
const EMPTY: ChatState = { connection: "closed", conversations: [], aside: {}, timelines: {}, pending: [], typing: {}, presence: {}, ephemeral: {}, receipts: {}, deliveries: {}, threads: undefined, openThreads: {} };

/** The state of a chat, and the ways in which it changes; each keeps to its bounds. */
export class ChatStore extends Store<ChatState> {
  private readonly typingEnds = new Timers();

  constructor() {
    super(EMPTY);
  }

  /** Lets typing end by itself. */
  open(): void {
    this.typingEnds.open();
  }

  /** Ends what would change by itself. */
  close(): void {
    this.typingEnds.close();
  }

  /** Notes who types, for a while. */
  types(id: string, user: string, typing: boolean): void {
    const name = `${id}/${user}`;
    this.typingEnds.cancel(name);
    const others = (this.getSnapshot().typing[id] ?? []).filter((each) => each !== user);
    if (!typing && others.length === (this.getSnapshot().typing[id]?.length ?? 0)) return;
    if (typing && this.typingEnds.size < MOST_NAMES) {
      this.typingEnds.later(name, TYPING_ENDS, () => this.types(id, user, false));
      others.push(user);
    }
    const { [id]: _, ...rest } = this.getSnapshot().typing;
    this.set({ typing: others.length ? { ...rest, [id]: others } : rest });
  }

  /** Shows what the user alone sees; the oldest make place. */
  whisper(message: EphemeralMessage): void {
    const { [message.conversation_id]: before = [], ...others } = this.getSnapshot().ephemeral;
    const mine = [...before.filter((each) => each.id !== message.id), message].slice(-MOST_EPHEMERAL);
    this.set({ ephemeral: Object.fromEntries([...Object.entries(others), [message.conversation_id, mine] as const].slice(-MOST_TIMELINES)) });
  }

  /** Shows such a message no more. */
  dismiss(id: string, message: string): void {
    const { [id]: before = [], ...others } = this.getSnapshot().ephemeral;
    const mine = before.filter((each) => each.id !== message);
    if (mine.length < before.length) this.set({ ephemeral: mine.length ? { ...others, [id]: mine } : others });
  }

  /** Notes how users show. */
  show(presence: readonly Presence[]): void {
    const entries = Object.entries(this.getSnapshot().presence).filter(([name]) => !presence.some((each) => each.user_id === name));
    const all = [...entries, ...presence.map((each) => [each.user_id, each] as const)];
    this.set({ presence: Object.fromEntries(all.slice(-MOST_NAMES)) });
  }

  /** Notes how far members have read, or messages have reached them: also back, where one marks something as unread. */
  reach(what: "receipts" | "deliveries", id: string, seqs: Readonly<Record<string, number>>): void {
    const { [id]: known = {}, ...others } = this.getSnapshot()[what];
    const news = Object.entries(seqs).filter(([user, seq]) => seq !== known[user]);
    if (!news.length) return;
    const mine = Object.entries({ ...known, ...Object.fromEntries(news) }).slice(-MOST_READERS);
    this.set({ [what]: Object.fromEntries([...Object.entries(others), [id, Object.fromEntries(mine)] as const].slice(-MOST_TIMELINES)) });
  }

  /** Replaces some members. */
  set(change: Partial<ChatState>): void {
    this.update((state) => ({ ...state, ...change }));
  }

  /** A conversation that is listed. */
  conversation(id: string): Conversation | undefined {
    return this.getSnapshot().conversations.find((each) => each.id === id);
  }

  /** A conversation that is listed, or that was looked at though it is kept out of the list. */
  known(id: string): Conversation | undefined {
    return this.conversation(id) ?? this.getSnapshot().aside[id];
  }

  /** Changes a conversation that is known. */
  summary(id: string, change: Partial<Conversation>): void {
    const { conversations, aside } = this.getSnapshot();
    const { [id]: out } = aside;
    this.set({
      conversations: ordered(conversations.map((each) => (each.id === id ? { ...each, ...change } : each))),
      aside: out ? { ...aside, [id]: { ...out, ...change } } : aside,
    });
  }

  /** Shows a conversation in the list, or keeps it aside; as it is now. */
  place(summary: Conversation, listed: boolean): void {
    const { conversations, aside } = this.getSnapshot();
    const { [summary.id]: _, ...out } = aside;
    const others = conversations.filter((each) => each.id !== summary.id);
    if (listed) this.set({ conversations: ordered([summary, ...others]), aside: out });
    else this.set({ conversations: others, aside: Object.fromEntries([...Object.entries(out), [summary.id, summary] as const].slice(-MOST_ASIDE)) });
  }

  /** A history that is open. */
  line(id: string): Timeline | undefined {
    return this.getSnapshot().timelines[id];
  }

  /** The newest kept timelines; those that were opened first go first. */
  keep(id: string, line: Timeline): void {
    const others = Object.entries(this.getSnapshot().timelines).filter(([each]) => each !== id);
    this.set({ timelines: Object.fromEntries([...others, [id, line] as const].slice(-MOST_TIMELINES)) });
  }

  /** Changes a history that is open. */
  change(id: string, change: (line: Timeline) => Timeline): void {
    const line = this.line(id);
    const next = line && change(line);
    if (next && next !== line) this.set({ timelines: { ...this.getSnapshot().timelines, [id]: next } });
  }

  /** Changes a message wherever it is shown: a reply may be in its thread and in the conversation. */
  each(messageId: string, change: (message: Message) => Message | null): void {
    for (const id of Object.keys(this.getSnapshot().timelines)) this.change(id, (line) => changed(line, messageId, change));
  }

  /** Changes what is shown of a message wherever others quote it. */
  quotes(messageId: string, change: Parameters<typeof quoting>[2]): void {
    for (const id of Object.keys(this.getSnapshot().timelines)) this.change(id, (line) => quoting(line, messageId, change));
  }

  /** Lets go of a history. */
  drop(id: string): void {
    const { [id]: _, ...timelines } = this.getSnapshot().timelines;
    this.set({ timelines });
  }

  /** A thread that is followed or open. */
  thread(id: string): Thread | undefined {
    const { openThreads, threads } = this.getSnapshot();
    return openThreads[id] ?? threads?.find((each) => each.id === id);
  }

  /** Shows the threads that are followed; those that are open are as new. */
  follow(threads: readonly Thread[]): void {
    const { openThreads } = this.getSnapshot();
    const open = Object.values(openThreads).map((each) => [each.id, threads.find(({ id }) => id === each.id) ?? each] as const);
    this.set({ threads: byNewestReply(threads), openThreads: Object.fromEntries(open) });
  }

  /** Whether a conversation's threads are listed: of what is hidden until a message too, of what is kept out for good not. */
  keepsThreads(id: string): boolean {
    const known = this.known(id);
    return !!known && !known.archived_at && !known.settings.archived_for_me && known.settings.hidden !== "always";
  }

  /** Shows a thread as it is now: in the list, if it is followed and of a conversation whose threads are; among the open ones if it is, or `opens`. */
  putThread(thread: Thread, opens = false): void {
    const { threads, openThreads } = this.getSnapshot();
    const { [thread.id]: open, ...others } = openThreads;
    const { following, conversation_id } = thread;
    const isListed = following && (this.known(conversation_id) ? this.keepsThreads(conversation_id) : threads?.some((each) => each.id === thread.id));
    const rest = threads?.filter((each) => each.id !== thread.id);
    this.set({
      threads: rest && (isListed ? byNewestReply([thread, ...rest]) : rest),
      openThreads: open || opens ? Object.fromEntries([...Object.entries(others), [thread.id, thread] as const].slice(-MOST_TIMELINES)) : openThreads,
    });
  }

  /** Lets go of a thread. */
  dropThread(id: string): void {
    const { threads, openThreads } = this.getSnapshot();
    const { [id]: _, ...others } = openThreads;
    this.set({ threads: threads?.filter((each) => each.id !== id), openThreads: others });
  }

  /** Takes the threads of a conversation out of the list. */
  leaveThreads(conversationId: string): void {
    const { threads } = this.getSnapshot();
    if (threads?.some((each) => each.conversation_id === conversationId)) this.set({ threads: threads.filter((each) => each.conversation_id !== conversationId) });
  }

  /** Lets go of a conversation, and of its threads in the list. */
  forget(id: string): void {
    const { conversations, aside } = this.getSnapshot();
    const { [id]: _, ...out } = aside;
    this.drop(id);
    this.leaveThreads(id);
    this.set({ conversations: conversations.filter((each) => each.id !== id), aside: out });
  }
}

/** What a page shows of a conversation or a thread: its messages, and those of the caller that are on their way. */
export function echoesOf(state: ChatState, conversationId: string, parentId: string | null = null): readonly Pending[] {
  return state.pending.filter((item) => item.conversationId === conversationId && (item.message.parent_id ?? null) === parentId);
}

/** The pinned ones first, then by last activity, newest first, and no more than are kept. */
export function ordered(conversations: readonly Conversation[]): Conversation[] {
  const place = (each: Conversation) => `${Number(each.settings.pinned)}${each.last_activity_at}`;
  return [...conversations].sort((one, other) => (place(one) < place(other) ? 1 : -1)).slice(0, MOST_CONVERSATIONS);
}

/** Two of the same moment by their ids, as the server lists them. */
function byNewestReply(threads: readonly Thread[]): Thread[] {
  const place = (each: Thread) => `${each.last_activity_at ?? ""}${each.id}`;
  return [...threads].sort((one, other) => (place(one) < place(other) ? 1 : -1));
}
