import type { Api } from "./api.js";
import type { ChatStore } from "./chat_state.js";
import type { ConversationList } from "./conversation_list.js";
import type { Delivered } from "./delivered.js";
import type { Directory } from "./directory.js";
import type { Drafts } from "./drafts.js";
import { isGone } from "./errors.js";
import type { components } from "./generated/openapi.js";
import type { Histories } from "./histories.js";
import type { Told } from "./news.js";
import type { Polls } from "./polls.js";
import { briefOf, messageOf, newerQuote, polled, quoteOf, saying, type Message } from "./timelines.js";

type Schemas = components["schemas"];

/** What is hidden until a message again changes only since when it is. */
const SETTINGS = ["archived_for_me", "hidden", "hidden_seq", "labels", "pinned"];

/** What events change. */
export interface Changed {
  readonly api: Api;
  readonly store: ChatStore;
  readonly directory: Directory;
  readonly histories: Histories;
  readonly list: ConversationList;
  readonly drafts: Drafts;
  readonly delivered: Delivered;
  readonly polls: Polls;
  me(): string | undefined;
  /** Reads anew what is left of a history that was cleared. */
  cleared(conversationId: string): Promise<void>;
  /** Tells what only the app understands. */
  custom(event: Schemas["CustomEvent"]): void;
}

/** Applies what events tell to what is shown. */
export class Applying {
  /** The keys of messages whose event came before their answer: their echoes are not shown beside them. */
  readonly adopted = new Set<string>();

  constructor(private readonly chat: Changed) {}

  async apply(event: Told): Promise<void> {
    const id = event.conversation_id ?? "";
    this.chat.directory.take(event);
    switch (event.type) {
      case "message.created":
        if (!("reference" in event.data) && event.data.author_id !== this.chat.me() && !("text" in event.data && event.data.parent_id)) this.chat.delivered.note(id, event.seq);
        if ("text" in event.data) return this.say(event.data, event.seq, true);
        if (this.chat.store.line(id)) await this.chat.histories.catchUp(id);
        return this.chat.list.recount(id);
      case "message.updated":
      case "message.deleted":
      case "reaction.added":
      case "reaction.removed":
      case "poll.updated":
        if ("reference" in event.data) return this.reread(event.data.reference);
        if ("reactions" in event.data) return this.annotate(event.data);
        if ("text" in event.data) return this.say(event.data, event.data.seq, false);
        if ("id" in event.data) return this.remove(id, event.data.id, event.data.seq);
        return;
      case "poll.voted":
        if ("options" in event.data && event.data.user_id === this.chat.me()) this.chat.polls.voted(event.data);
        return;
      case "conversation.created":
      case "member.added":
        if (event.type === "conversation.created" || !("user_id" in event.data) || event.data.user_id === this.chat.me()) await this.chat.list.meet(id);
        return;
      case "conversation.updated":
      case "conversation.archived":
        // A large conversation tells those who do not watch it of nothing else.
        if (event.changed.includes("last_seq")) return this.chat.list.recountSoon(id);
        if (!this.chat.store.known(id) || "reference" in event.data) return this.chat.list.recount(id);
        if ("name" in event.data) {
          const { name, avatar_url, archived_at, frozen, slow_mode_seconds, team } = event.data;
          this.chat.store.summary(id, { name, avatar_url, archived_at, frozen, slow_mode_seconds, team });
        } else if ("custom" in event.data) this.chat.store.summary(id, { custom: event.data.custom });
        return;
      case "conversation.truncated":
        return this.chat.cleared(id);
      case "member.removed":
        if (!("user_id" in event.data) || event.data.user_id !== this.chat.me()) return;
        for (const each of this.chat.store.getSnapshot().ephemeral[id] ?? []) this.chat.store.dismiss(id, each.id);
        this.chat.list.forget(id);
        return this.chat.drafts.forget(id);
      case "draft.updated":
      case "draft.deleted":
        return this.chat.drafts.take(event);
      case "member.updated":
        if ("user_id" in event.data && event.data.user_id === this.chat.me()) {
          if (event.changed.includes("visible_from")) return this.chat.cleared(id);
          if (event.changed.some((name) => SETTINGS.includes(name))) return this.chat.list.meet(id);
          const { role } = event.data;
          this.chat.store.summary(id, { role, ...("muted" in event.data ? { muted: event.data.muted } : {}) });
        }
        return;
      case "read.updated":
        if ("user_id" in event.data && event.data.user_id === this.chat.me()) {
          const seq = this.chat.store.known(id)?.last_message?.seq ?? 0;
          if ((event.data.read_seq ?? 0) >= seq) this.chat.store.summary(id, { unread_count: 0 });
          else await this.chat.list.meet(id);
        }
        if ("user_id" in event.data) this.reached(event.data);
        return;
      case "delivered.updated":
        if ("user_id" in event.data) this.reached(event.data);
        if ("user_id" in event.data && event.data.user_id === this.chat.me()) this.chat.delivered.kept(id, event.data.delivered_seq ?? 0);
        return;
      case "typing.started":
      case "typing.stopped":
        if ("user_id" in event.data && event.data.user_id !== this.chat.me()) this.chat.store.types(id, event.data.user_id, event.type === "typing.started");
        return;
      case "custom_event.sent":
        return this.chat.custom(event.data);
      case "ephemeral_message.sent":
        if (event.data.user_id === this.chat.me()) this.chat.store.whisper(event.data);
        return;
      case "presence.changed":
        return this.chat.store.show([event.data]);
    }
  }

  /** Shows what a message says now: where it is, where it belongs, and in the list. */
  private async say(content: Schemas["MessageContent"], seq: number, isNew: boolean): Promise<void> {
    const { id, conversation_id, parent_id, author_id, created_at } = content;
    const brief = briefOf(content);
    const isMine = author_id === this.chat.me();
    if (isNew && isMine) this.adopt(content);
    this.show(content);
    await this.chat.histories.place(messageOf(content));
    if (isNew) this.chat.store.types(conversation_id, author_id, false);
    const known = this.chat.store.known(conversation_id);
    const last = known?.last_message;
    if (known && last?.id === id) this.chat.store.summary(conversation_id, { last_message: { ...last, ...brief, deleted: !!content.deleted_at } });
    if (parent_id || content.silent) return;
    const lastSeq = last?.seq ?? 0;
    const comesBack = known?.settings.hidden === "until_message";
    if (!known || comesBack || (content.deleted_at && !isMine && known.unread_count)) return this.chat.list.recount(conversation_id);
    if (seq <= lastSeq) return;
    // What stands between them was not told, or is told later, and what was read already does not count: only the server can count.
    const isNext = isNew && seq === lastSeq + 1 && !content.deleted_at && (isMine || seq > this.readUpTo(conversation_id));
    if (!isNext) return this.chat.list.recount(conversation_id);
    this.chat.store.summary(conversation_id, {
      last_message: { id, seq, parent_id: null, author_id, ...brief, created_at, deleted: false },
      last_activity_at: created_at,
      unread_count: isMine ? known.unread_count : known.unread_count + 1,
    });
  }

  /** Shows a message no more that is gone for good. */
  private async remove(conversationId: string, id: string, seq: number): Promise<void> {
    this.chat.store.each(id, () => null);
    this.chat.store.quotes(id, () => null);
    const known = this.chat.store.known(conversationId);
    if (!known || known.unread_count || known.last_message?.id === id || seq > (known.last_message?.seq ?? 0)) await this.chat.list.recount(conversationId);
  }

  /** Shows what an answer said of a message, before its event comes. */
  show(message: Schemas["MessageContent"]): void {
    this.chat.store.each(message.id, (now) => {
      const quoted_message = newerQuote(now.quoted_message, message.quoted_message);
      return message.version < now.version ? now : { ...saying(now, message), quoted_message };
    });
    this.chat.store.quotes(message.id, (quote) => (message.version < quote.version ? quote : quoteOf(message)));
  }

  /** Notes how far a member has read, and messages have reached them. */
  private reached({ conversation_id, user_id, read_seq, delivered_seq }: Schemas["MemberState"]): void {
    this.chat.store.reach("receipts", conversation_id, { [user_id]: read_seq ?? 0 });
    this.chat.store.reach("deliveries", conversation_id, { [user_id]: delivered_seq ?? 0 });
  }

  /** How far the caller has read, as far as it was told. */
  private readUpTo(conversationId: string): number {
    return this.chat.store.getSnapshot().receipts[conversationId]?.[this.chat.me() ?? ""] ?? 0;
  }

  /** Fetches a message that did not fit a frame. */
  private async reread(reference: string): Promise<void> {
    const id = /\/v1\/messages\/([^/?]+)/.exec(reference)?.[1];
    if (!id) return;
    const found = await this.chat.api.get("/v1/messages/{message_id}", { path: { message_id: decodeURIComponent(id) } }).catch((failure: unknown) => {
      if (isGone(failure)) return null;
      throw failure;
    });
    this.chat.store.each(decodeURIComponent(id), (message) => found && { ...found, seq: message.seq });
    if (found) await this.say(found, found.seq, false);
  }

  private annotate(said: Schemas["Annotations"] | Schemas["ReactionState"] | Schemas["PollState"]): void {
    const { poll_results: told } = said;
    this.chat.store.each(said.message_id, (shown) => {
      const message = told ? polled(shown, ({ mine }) => ({ ...told, mine })) : shown;
      const reactions: Message["reactions"] = {};
      for (const [name, { count, users }] of Object.entries(said.reactions)) {
        // Only the first fifty are named.
        const mine = users.includes(this.chat.me() ?? "") || (count > users.length && !!message.reactions[name]?.mine);
        reactions[name] = { count, mine };
      }
      return { ...message, reactions, reply_count: said.reply_count, last_reply_at: said.last_reply_at };
    });
  }

  /** An own message came as an event before its answer: its echo is not shown beside it. */
  private adopt(message: Schemas["MessageContent"]): void {
    const { pending } = this.chat.store.getSnapshot();
    const echo = pending.find(
      ({ conversationId, message: said, status }) =>
        status !== "failed" && conversationId === message.conversation_id && (said.text ?? "") === message.text && (said.parent_id ?? null) === message.parent_id,
    );
    if (!echo || echo.status !== "sending") return;
    this.adopted.add(echo.key);
    this.chat.store.set({ pending: pending.filter((item) => item !== echo) });
  }
}
