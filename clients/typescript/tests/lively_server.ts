import type { Event, Message, Thread } from "@parley/client";
import { Server, problem, type Answer } from "./server.js";

type Route = Exclude<Answer, string | undefined>;
type Reactions = Record<string, Set<string>>;

/** A Parley in which messages change, go, are read and replied to; what happens is told when a test wants it. */
export class LivelyServer extends Server {
  name = "Plans";
  readonly replies = new Map<string, Message[]>();
  /** How many replies each thread was given; those that are gone are counted. */
  private readonly given = new Map<string, number>();
  /** How far ada has read in the threads that she follows; null where she has turned away. */
  private readonly places = new Map<string, number | null>();
  private readonly voids: number[] = [];
  private readonly reactions = new Map<string, Reactions>();
  private readonly versions = new Map<string, number>();
  private readonly lastGivenAt = new Map<string, string>();
  private clock = 1_000_000;
  override mute: (event: Event) => boolean = () => true;

  /** Sending counts as reading. */
  override say(text: string, author = "bob"): Message {
    const message = super.say(text, author);
    if (author === "ada") this.read(author, message.seq);
    return message;
  }

  edit(message: Message, text: string): void {
    this.write(message, { text, edited_at: "later" }, "message.updated");
  }

  /** Leaves a tombstone. */
  erase(message: Message): void {
    this.write(message, { text: "", deleted_at: "later" }, "message.deleted");
  }

  /** Leaves nothing. */
  purge(message: Message): void {
    const there = this.siblings(message);
    there.splice(there.indexOf(message), 1);
    if (!message.parent_id) this.voids.push(message.seq);
    const { id, conversation_id, seq } = message;
    this.tell({ type: "message.deleted", entity_id: id, version: message.version + 1, seq, data: { id, conversation_id, seq } } as Partial<Event>);
  }

  /** Adds the user's reaction, or takes it back. */
  react(message: Message, name: string, user: string): void {
    const all = this.reactions.get(message.id) ?? {};
    const users = new Set(all[name]);
    const type = users.delete(user) ? "reaction.removed" : "reaction.added";
    if (type === "reaction.added") users.add(user);
    const { [name]: _, ...others } = all;
    this.reactions.set(message.id, users.size ? { ...others, [name]: users } : others);
    this.annotate(message, type, { reaction: name, user_id: user });
  }

  /** Who replies follows, unless they have turned away; so does who is named, from that reply on. */
  reply(root: Message, text: string, author = "bob", names: readonly string[] = []): void {
    const seq = (this.given.get(root.id) ?? 0) + 1;
    this.given.set(root.id, seq);
    this.lastGivenAt.set(root.id, new Date(++this.clock).toISOString());
    const reply: Message = { ...root, id: `${root.id}-${seq}`, parent_id: root.id, seq, author_id: author, text, created_at: this.lastGivenAt.get(root.id) ?? "", deleted_at: null, edited_at: null, version: 1, reactions: {}, reply_count: 0 };
    this.replies.set(root.id, [...(this.replies.get(root.id) ?? []), reply]);
    this.tell({ type: "message.created", entity_id: reply.id, version: 1, seq, data: content(reply) } as Partial<Event>);
    root.reply_count += 1;
    this.annotate(root, "message.updated", {});
    const place = this.places.get(root.id);
    if (author === "ada" && place !== null) this.place(root.id, seq);
    if (names.includes("ada") && place === undefined) this.place(root.id, seq - 1);
  }

  /** Ada has read so far in a thread, or follows it no more. */
  place(root: string, read_seq: number | null): void {
    this.places.set(root, read_seq);
    const data = { id: root, conversation_id: this.conversation, user_id: "ada", following: read_seq !== null, read_seq, read_at: null };
    this.tell({ type: "thread.updated", entity_id: `${root}/ada`, version: this.next(`place/${root}`), data } as Partial<Event>);
  }

  /** The thread as the API says it to ada. */
  thread(root: Message): Thread {
    const there = this.replies.get(root.id) ?? [];
    const live = there.filter((each) => !each.deleted_at);
    const [place, last] = [this.places.get(root.id) ?? null, live.at(-1)];
    return {
      id: root.id, conversation_id: this.conversation, root: short(root), reply_count: live.length, last_reply: last ? short(last) : null,
      last_activity_at: this.lastGivenAt.get(root.id) ?? null, following: place !== null, read_seq: place, read_at: null,
      unread_count: place === null ? 0 : live.filter((each) => each.seq > place).length,
    };
  }

  /** Those that ada follows. */
  followed(): Thread[] {
    const roots = this.messages.filter((each) => (this.places.get(each.id) ?? null) !== null);
    return roots.map((each) => this.thread(each)).sort((one, other) => (`${one.last_activity_at ?? ""}${one.id}` < `${other.last_activity_at ?? ""}${other.id}` ? 1 : -1));
  }

  read(user: string, seq: number): void {
    this.receipts[user] = seq;
    const data = { conversation_id: this.conversation, user_id: user, role: "member", joined_at: "", read_seq: seq };
    this.tell({ type: "read.updated", entity_id: `${this.conversation}/${user}`, version: this.next(`read/${user}`), data } as Partial<Event>);
  }

  rename(name: string): void {
    this.name = name;
    const data = { id: this.conversation, type: "group", name, avatar_url: null, created_by: null, created_at: "", updated_at: "", archived_at: null, last_seq: null };
    this.tell({ type: "conversation.updated", entity_id: this.conversation, version: this.next("conversation"), changed: ["name"], data } as Partial<Event>);
  }

  /** The message as the API says it to ada. */
  shown(message: Message): Message {
    const all = Object.entries(this.reactions.get(message.id) ?? {});
    return { ...message, reactions: Object.fromEntries(all.map(([name, users]) => [name, { count: users.size, mine: users.has("ada") }])) };
  }

  protected override route(method: string, url: URL, bytes: Uint8Array, key: string | undefined, token: string | undefined): Route {
    const [, , kind, id = "", part] = url.pathname.split("/");
    const [message] = [...this.messages, ...[...this.replies.values()].flat()].filter((each) => each.id === id);
    if (kind === "messages" && id && !message) return problem(404, "message_not_found");
    if (kind === "messages" && part === "replies") return { status: 200, body: { data: (this.replies.get(id) ?? []).map((each) => this.shown(each)).reverse(), next_cursor: null, prev_cursor: null } };
    if (kind === "messages" && message) return { status: 200, body: this.shown(message) };
    if (kind === "threads" && !id) return { status: 200, body: { data: this.followed(), next_cursor: null, prev_cursor: null } };
    if (kind === "threads") return message ? this.placing(method, message, part, bytes) : problem(404, "message_not_found");
    if (kind === "conversations" && (part === "read" || part === "unread")) {
      const { message_id } = JSON.parse(new TextDecoder().decode(bytes)) as { message_id?: string };
      const marked = this.messages.find((each) => each.id === message_id);
      if (part === "unread" && !marked) return problem(404, "message_not_found");
      this.read("ada", marked ? marked.seq - 1 : this.seq);
      return { status: 200, body: { conversation_id: this.conversation, read_seq: this.receipts["ada"], unread_count: this.unread() } };
    }
    const answer = super.route(method, url, bytes, key, token);
    if (kind !== "conversations" || part !== "messages") return answer;
    const page = answer.body as { data: Message[]; next_cursor: string | null };
    const goesOn = url.searchParams.has("after_seq") && page.next_cursor !== null;
    const void_seqs = this.voids.filter((seq) => !goesOn || seq < (page.data.at(-1)?.seq ?? 0));
    return { ...answer, body: { ...page, data: page.data.map((each) => this.shown(each)), void_seqs } };
  }

  protected override unread(): number {
    return this.messages.filter((each) => each.author_id !== "ada" && !each.deleted_at && each.seq > (this.receipts["ada"] ?? 0)).length;
  }

  override summary() {
    const summary = super.summary();
    const { last_message } = summary;
    return { ...summary, name: this.name, last_message: last_message && { ...last_message, deleted: !!this.messages.at(-1)?.deleted_at } };
  }

  private placing(method: string, root: Message, part: string | undefined, bytes: Uint8Array): Route {
    const place = this.places.get(root.id) ?? null;
    const given = this.given.get(root.id) ?? 0;
    if (part === "follow" && method === "PUT" && place === null) this.place(root.id, given);
    if (part === "follow" && method === "DELETE" && place !== null) this.place(root.id, null);
    if (part === "read" && place !== null) {
      const { reply_id } = JSON.parse(new TextDecoder().decode(bytes)) as { reply_id?: string };
      const seq = reply_id ? Number(reply_id.split("-").at(-1)) : given;
      if (seq > place) this.place(root.id, seq);
    }
    return method === "DELETE" ? { status: 204 } : { status: 200, body: this.thread(root) };
  }

  private write(message: Message, change: Partial<Message>, type: "message.updated" | "message.deleted"): void {
    Object.assign(message, change, { version: message.version + 1 });
    this.tell({ type, entity_id: message.id, version: message.version, seq: message.seq, data: content(message) } as Partial<Event>);
  }

  private annotate(message: Message, type: "reaction.added" | "reaction.removed" | "message.updated", subject: object): void {
    const all = Object.entries(this.reactions.get(message.id) ?? {});
    const reactions = Object.fromEntries(all.map(([name, users]) => [name, { count: users.size, users: [...users] }]));
    const entity_id = `${message.id}/annotations`;
    const data = { message_id: message.id, reactions, reply_count: message.reply_count, last_reply_at: null, ...subject };
    this.tell({ type, entity_id, version: this.next(entity_id), seq: message.seq, data } as Partial<Event>);
  }

  private siblings(message: Message): Message[] {
    return message.parent_id ? (this.replies.get(message.parent_id) ?? []) : this.messages;
  }

  private next(entity: string): number {
    const version = (this.versions.get(entity) ?? 0) + 1;
    this.versions.set(entity, version);
    return version;
  }
}

/** What events say of a message: nothing of what hangs on it. */
function content(message: Message): object {
  const { reactions: _, reply_count: __, last_reply_at: ___, ...data } = message;
  return data;
}

/** What a thread says of one of its messages. */
function short({ id, seq, author_id, text, created_at, deleted_at }: Message): Thread["root"] {
  return { id, seq, author_id, text, attachments: [], created_at, deleted: !!deleted_at };
}
