import type { Connection } from "./events.js";
import type { components } from "./generated/openapi.js";
import type { Pending } from "./outbox.js";
import { Store } from "./store.js";
import { changed, type Message, type Timeline } from "./timelines.js";

type Schemas = components["schemas"];
export type Conversation = Schemas["ConversationSummary"];
type Presence = Schemas["UserPresence"];

/** All that a page shows; replaced, never changed, so that what is the same object is the same. */
export interface ChatState {
  readonly connection: Connection;
  /** The pinned ones first, then by last activity, newest first. */
  readonly conversations: readonly Conversation[];
  /** The histories that are open: by the id of a conversation, or of the message that a thread hangs on. */
  readonly timelines: Readonly<Record<string, Timeline>>;
  /** Messages that Parley has not confirmed; show them after the others. */
  readonly pending: readonly Pending[];
  /** Who types, by conversation. */
  readonly typing: Readonly<Record<string, readonly string[]>>;
  readonly presence: Readonly<Record<string, Presence>>;
  /** The `seq` up to which each member has read, by conversation, as far as it was told or asked for. */
  readonly receipts: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export const MOST_CONVERSATIONS = 500;
const MOST_TIMELINES = 30;
const MOST_NAMES = 1000;
const MOST_READERS = 200;
const TYPING_ENDS = 8_000;
const EMPTY: ChatState = { connection: "closed", conversations: [], timelines: {}, pending: [], typing: {}, presence: {}, receipts: {} };

/** The state of a chat, and the ways in which it changes; each keeps to its bounds. */
export class ChatStore extends Store<ChatState> {
  private readonly typingEnds = new Map<string, ReturnType<typeof setTimeout>>();

  constructor() {
    super(EMPTY);
  }

  /** Ends what would change by itself. */
  close(): void {
    for (const timer of this.typingEnds.values()) clearTimeout(timer);
    this.typingEnds.clear();
  }

  /** Notes who types, for a while. */
  types(id: string, user: string, typing: boolean): void {
    const name = `${id}/${user}`;
    clearTimeout(this.typingEnds.get(name));
    this.typingEnds.delete(name);
    const others = (this.getSnapshot().typing[id] ?? []).filter((each) => each !== user);
    if (!typing && others.length === (this.getSnapshot().typing[id]?.length ?? 0)) return;
    if (typing && this.typingEnds.size < MOST_NAMES) {
      this.typingEnds.set(name, setTimeout(() => this.types(id, user, false), TYPING_ENDS));
      others.push(user);
    }
    const { [id]: _, ...rest } = this.getSnapshot().typing;
    this.set({ typing: others.length ? { ...rest, [id]: others } : rest });
  }

  /** Notes how users show. */
  show(presence: readonly Presence[]): void {
    const entries = Object.entries(this.getSnapshot().presence).filter(([name]) => !presence.some((each) => each.user_id === name));
    const all = [...entries, ...presence.map((each) => [each.user_id, each] as const)];
    this.set({ presence: Object.fromEntries(all.slice(-MOST_NAMES)) });
  }

  /** Notes how far members have read: also back, where one marks something as unread. */
  read(id: string, seqs: Readonly<Record<string, number>>): void {
    const { [id]: known = {}, ...others } = this.getSnapshot().receipts;
    const news = Object.entries(seqs).filter(([user, seq]) => seq !== known[user]);
    if (!news.length) return;
    const mine = Object.entries({ ...known, ...Object.fromEntries(news) }).slice(-MOST_READERS);
    this.set({ receipts: Object.fromEntries([...Object.entries(others), [id, Object.fromEntries(mine)] as const].slice(-MOST_TIMELINES)) });
  }

  /** Replaces some members. */
  set(change: Partial<ChatState>): void {
    this.update((state) => ({ ...state, ...change }));
  }

  /** A conversation that is listed. */
  conversation(id: string): Conversation | undefined {
    return this.getSnapshot().conversations.find((each) => each.id === id);
  }

  /** Changes a conversation that is listed. */
  summary(id: string, change: Partial<Conversation>): void {
    this.update((state) => ({ ...state, conversations: ordered(state.conversations.map((each) => (each.id === id ? { ...each, ...change } : each))) }));
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

  /** Lets go of a history. */
  drop(id: string): void {
    const { [id]: _, ...timelines } = this.getSnapshot().timelines;
    this.set({ timelines });
  }

  /** Lets go of a conversation. */
  forget(id: string): void {
    this.drop(id);
    this.unlist(id);
  }

  /** Takes a conversation out of the list; its history stays where it is open. */
  unlist(id: string): void {
    this.update((state) => ({ ...state, conversations: state.conversations.filter((each) => each.id !== id) }));
  }
}

/** What a page shows of a conversation or a thread: its messages, and those of the caller that are on their way. */
export function echoesOf(state: ChatState, conversationId: string, parentId: string | null = null): readonly Pending[] {
  return state.pending.filter((item) => item.conversationId === conversationId && (item.draft.parent_id ?? null) === parentId);
}

/** The pinned ones first, then by last activity, newest first, and no more than are kept. */
export function ordered(conversations: readonly Conversation[]): Conversation[] {
  const place = (each: Conversation) => `${Number(each.settings.pinned)}${each.last_activity_at}`;
  return [...conversations].sort((one, other) => (place(one) < place(other) ? 1 : -1)).slice(0, MOST_CONVERSATIONS);
}
