import type { Event, Message } from "@parley/client";
import { openWire, type Asked, type Given, type Peer, type Wire } from "./wire.js";

export type Answer = { status: number; headers?: Record<string, string>; body?: unknown } | "drop" | "drop after" | undefined;

/** A small Parley with one conversation, which fails as it is told to. */
export class Server {
  readonly messages: Message[] = [];
  readonly log: Event[] = [];
  readonly asked: { method: string; path: string; key: string | undefined; token: string | undefined }[] = [];
  readonly sockets = new Set<Peer>();
  readonly actions: Record<string, unknown>[] = [];
  /** What a request gets instead of its answer; `drop after` does the thing and loses the answer. */
  fault: (method: string, path: string, number: number) => Answer = () => undefined;
  /** Whether a socket answers pings; a half-open one does not. */
  answersPings = true;
  /** How often a socket tells each event. */
  copies = 1;
  /** Events that sockets are not told. */
  mute: (event: Event) => boolean = () => false;
  /** Milliseconds that an answer is on its way: it may be old when it comes. */
  underway: () => number = () => 0;
  tokens = new Set(["good"]);
  url = "";
  socketsUrl = "";
  parts = new Map<number, Uint8Array>();
  uploaded: { size: number; partSize: number; completed: boolean } | undefined;
  readonly conversation = "c".repeat(26);
  /** How far each member has read. */
  receipts: Record<string, number> = {};
  /** How far messages have reached each member. */
  deliveries: Record<string, number> = {};
  members = ["ada", "bob"];
  protected seq = 0;
  cleared = 0;
  settings = { hidden: null as string | null, archived_for_me: false, pinned: false, labels: [] as string[], version: 1 };
  readonly drafts = new Map<string, Record<string, any>>();
  private draftVersion = 0;
  private readonly keys = new Map<string, Message>();
  private wire: Wire | undefined;

  async start(): Promise<this> {
    this.wire = await openWire({
      answer: async (asked) => {
        const given = this.answer(asked);
        await new Promise((resolve) => setTimeout(resolve, this.underway()));
        return given;
      },
      admits: (url) => this.tokens.has(new URL(url, "http://x").searchParams.get("token") ?? ""),
      opened: (peer) => void this.sockets.add(peer),
      closed: (peer) => void this.sockets.delete(peer),
      heard: (peer, frame) => {
        const action = JSON.parse(frame) as Record<string, unknown>;
        this.actions.push(action);
        if (action["action"] === "ping" && this.answersPings) peer.send(JSON.stringify({ type: "pong" }));
      },
    });
    this.url = `http://127.0.0.1:${this.wire.port}`;
    this.socketsUrl = `ws://127.0.0.1:${this.wire.port}`;
    return this;
  }

  async stop(): Promise<void> {
    await this.wire?.close();
  }

  /** Cuts every socket without a word. */
  cut(): void {
    for (const each of this.sockets) each.terminate();
  }

  say(text: string, author = "bob", poll: Message["poll"] = null): Message {
    const seq = ++this.seq;
    const message: Message = {
      id: `m${seq}`, conversation_id: this.conversation, seq, parent_id: null, author_id: author, text, attachments: [], mentions: [], mentioned_groups: [], custom: {}, poll,
      type: "regular", silent: false, location: null, forwarded_from: null, link_previews: [], translations: {}, show_in_conversation: false, quoted_message_id: null, quoted_message: null, pinned_at: null, pinned_by: null, created_at: new Date(seq).toISOString(), edited_at: null, deleted_at: null,
      version: 1, reactions: {}, reply_count: 0, last_reply_at: null,
    };
    this.messages.push(message);
    const { reactions: _, reply_count: __, last_reply_at: ___, ...data } = message;
    this.tell({ type: "message.created", entity_id: message.id, version: 1, seq, data } as Partial<Event>);
    return message;
  }

  tell(part: Partial<Event>): Event {
    const common = { spec: "parley.event/1", id: `e${this.log.length}`, tenant_id: "t", created_at: "", actor_id: null, changed: [], conversation_id: this.conversation, seq: null };
    const event = { ...common, ...part } as Event;
    this.log.push(event);
    if (!this.mute(event)) this.again(event);
    return event;
  }

  /** Tells what happened on every socket, as late as it may be. */
  again(event: Event): void {
    for (const each of this.sockets) for (let copy = 0; copy < this.copies; copy++) each.send(JSON.stringify(event));
  }

  private answer(asked: Asked): Given {
    const url = new URL(asked.url, this.url);
    const { method, bytes } = asked;
    const key = asked.headers["idempotency-key"];
    const token = asked.headers["authorization"]?.slice(7);
    const said = this.fault(method, url.pathname, this.asked.length);
    this.asked.push({ method, path: url.pathname, key, token });
    if (said === "drop") return said;
    const { status, headers, body } = said && said !== "drop after" ? said : this.route(method, url, bytes, key, token);
    if (said === "drop after") return "drop";
    return { status, headers: { "Content-Type": "application/json", ...headers }, body: body === undefined ? "" : JSON.stringify(body) };
  }

  protected route(method: string, url: URL, bytes: Uint8Array, key: string | undefined, token: string | undefined): Exclude<Answer, string | undefined> {
    const path = url.pathname;
    const query = url.searchParams;
    if (path.startsWith("/s3/")) {
      this.parts.set(Number(path.slice(4)), bytes);
      return { status: 200 };
    }
    if (!this.tokens.has(token ?? "")) return problem(401, "unauthenticated");
    const body = (bytes.length ? JSON.parse(new TextDecoder().decode(bytes)) : {}) as Record<string, any>;
    if (path === "/v1/messages") {
      if (body["text"] === "forbidden") return problem(422, "refused_by_filter");
      const first = this.keys.get(key ?? "");
      const message = first ?? this.say(String(body["text"]), "ada");
      if (key) this.keys.set(key, message);
      return { status: 201, body: message };
    }
    if (path === "/v1/events") {
      const after = Number(query.get("after") ?? this.log.length);
      const data = this.log.slice(after, after + 100);
      return { status: 200, body: { data, next_cursor: String(after + data.length), has_more: after + data.length < this.log.length } };
    }
    if (path === `/v1/conversations/${this.conversation}/messages`) {
      const limit = Number(query.get("limit"));
      const middle = this.messages.findIndex((each) => each.id === query.get("around"));
      if (query.has("around")) {
        const [from, to] = [Math.max(0, middle - limit / 2), middle + limit / 2];
        const data = this.messages.slice(from, to).reverse();
        return { status: 200, body: { data, next_cursor: from > 0 ? "older" : null, prev_cursor: to < this.messages.length ? "newer" : null, void_seqs: [] } };
      }
      const after = query.get("after_seq");
      const before = Number(query.get("before_seq") ?? Infinity);
      const older = this.messages.filter((each) => each.seq < before && each.seq > this.cleared);
      const data = after === null ? older.slice(-limit).reverse() : this.messages.filter((each) => each.seq > Math.max(Number(after), this.cleared)).slice(0, limit);
      const more = after === null ? older.length > data.length : (data.at(-1)?.seq ?? Infinity) < this.messages.length;
      return { status: 200, body: { data, next_cursor: more ? "more" : null, prev_cursor: null, void_seqs: [] } };
    }
    if (path === "/v1/conversations") return { status: 200, body: { data: [this.summary()], next_cursor: null } };
    if (path === `/v1/conversations/${this.conversation}`) {
      const membership = { role: "member", joined_at: "", read_seq: 0, visible_from: 0, muted: false, muted_until: null };
      return { status: 200, body: { ...this.summary(), membership } };
    }
    if (path === `/v1/conversations/${this.conversation}/settings`) {
      this.settings = { ...this.settings, ...body, version: this.settings.version + 1 };
      return { status: 200, body: this.settings };
    }
    if (path === `/v1/conversations/${this.conversation}/truncate`) {
      this.cleared = this.messages.find((each) => each.id === body["message_id"])?.seq ?? this.seq;
      return { status: 200, body: { conversation_id: this.conversation, truncated_seq: this.cleared, job_id: "j1", message: null } };
    }
    if (path === `/v1/conversations/${this.conversation}/clear`) {
      this.cleared = this.messages.find((each) => each.id === body["message_id"])?.seq ?? this.seq;
      return { status: 200, body: { conversation_id: this.conversation, visible_from: this.cleared, unread_count: 0 } };
    }
    if (path === "/v1/drafts") return { status: 200, body: { data: [...this.drafts.values()], next_cursor: null, prev_cursor: null } };
    if (path === `/v1/conversations/${this.conversation}/draft`) return this.draft(method, query.get("parent_id"), body);
    if (path === `/v1/conversations/${this.conversation}/receipts`) {
      const data = Object.entries(this.receipts).map(([user_id, read_seq]) => ({ user_id, read_seq, read_at: null, delivered_seq: Math.max(read_seq, this.deliveries[user_id] ?? 0), delivered_at: null }));
      return { status: 200, body: { data, next_cursor: null, prev_cursor: null } };
    }
    if (path === `/v1/conversations/${this.conversation}/members`) {
      return { status: 200, body: { data: this.members.map((user_id) => ({ user_id, role: "member", joined_at: "" })), next_cursor: null, prev_cursor: null } };
    }
    if (path.startsWith("/v1/users/") && this.members.includes(path.slice(10))) {
      return { status: 200, body: { id: path.slice(10), name: path.slice(10).toUpperCase(), avatar_url: null } };
    }
    if (path === "/v1/download/signed") {
      const items = body["items"] as { media_id: string; variant: string }[];
      const data = items.map(({ media_id, variant }) =>
        media_id === "gone" ? { media_id, variant, signed: null, code: "media_not_found", retryable: false } : { media_id, variant, signed: { url: `${this.url}/signed/${media_id}/${variant}` }, code: null, retryable: false },
      );
      return { status: 200, body: { data } };
    }
    if (path === "/v1/threads") return { status: 200, body: { data: [], next_cursor: null, prev_cursor: null } };
    if (path === "/v1/unread") {
      const total = this.unread();
      return { status: 200, body: { total, muted_total: 0, conversations: total ? [{ conversation_id: this.conversation, unread_count: total, muted: false }] : [] } };
    }
    if (path.startsWith("/v1/upload") || path.startsWith("/v1/media")) return this.upload(method, path, body);
    return problem(404, "not_found");
  }

  /** Keeps a draft as another device does too, and tells of it. */
  draft(method: string, parent_id: string | null, said: Record<string, any>): Exclude<Answer, string | undefined> {
    const place = parent_id ?? this.conversation;
    const known = this.drafts.get(place);
    const entity_id = `${place}/draft/ada`;
    const common = { conversation_id: this.conversation, parent_id };
    if (method === "DELETE") {
      this.drafts.delete(place);
      if (known) this.tell({ type: "draft.deleted", entity_id, version: known["version"], data: { ...common, user_id: "ada" } } as Partial<Event>);
      return { status: 204 };
    }
    const version = ++this.draftVersion;
    const kept = { ...common, text: "", attachments: [], mentions: [], mentioned_groups: [], show_in_conversation: false, quoted_message_id: null, custom: {}, ...said, updated_at: new Date(version).toISOString(), version };
    this.drafts.set(place, kept);
    this.tell({ type: "draft.updated", entity_id, version, data: { ...kept, user_id: "ada" } } as Partial<Event>);
    return { status: 200, body: kept };
  }

  private upload(method: string, path: string, body: Record<string, any>): Exclude<Answer, string | undefined> {
    if (path === "/v1/upload") this.uploaded = { size: body["size"] as number, partSize: 10, completed: false };
    const { size, partSize, completed } = this.uploaded ?? { size: 0, partSize: 10, completed: false };
    const count = Math.ceil(size / partSize);
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    if (path === "/v1/upload") return { status: 201, body: { upload_id: "u1", media_id: "u1", status: "uploading", method: "multipart", post: null, part_size: partSize, part_count: count, expires_at: "" } };
    if (path === "/v1/upload/chunk") {
      const parts = (body["part_numbers"] as number[]).map((part_number) => ({ part_number, url: `${this.url}/s3/${part_number}`, size: Math.min(partSize, size - (part_number - 1) * partSize), headers: {}, expires_at: "" }));
      return { status: 200, body: { upload_id: "u1", parts, post: null } };
    }
    if (path === "/v1/upload/complete" && this.uploaded) {
      this.uploaded.completed = true;
      return { status: 202, body: {} };
    }
    if (path.endsWith("/progress")) {
      const received = numbers.filter((number) => this.parts.has(number));
      const bytes = received.reduce((sum, number) => sum + (this.parts.get(number)?.length ?? 0), 0);
      return { status: 200, body: { upload_id: "u1", status: completed ? "processing" : "uploading", method: "multipart", bytes_received: bytes, bytes_total: size, percent: 0, part_size: partSize, part_count: count, parts_received: received, parts_missing: numbers.filter((number) => !this.parts.has(number)), checksums: {}, expires_at: "" } };
    }
    if (method === "GET") return { status: 200, body: { id: "u1", status: completed ? "ready" : "uploading" } };
    return problem(404, "not_found");
  }

  protected unread(): number {
    return this.messages.filter((each) => each.author_id !== "ada" && each.seq > (this.receipts["ada"] ?? 0)).length;
  }

  protected summary() {
    const last = this.messages.at(-1);
    const last_message = last ? { id: last.id, seq: last.seq, parent_id: null, author_id: last.author_id, text: last.text, attachments: [], created_at: last.created_at, deleted: false } : null;
    return { id: this.conversation, type: "group", name: "Plans", avatar_url: null, custom: {}, role: "member", muted: false, unread_count: this.unread(), last_message, created_at: "", last_activity_at: last?.created_at ?? "", archived_at: null, settings: this.settings, version: 1 };
  }
}

export function problem(status: number, code: string, more: object = {}, headers: Record<string, string> = {}) {
  return { status, headers, body: { type: `urn:parley:problem:${code}`, title: code, status, detail: code, instance: "", code, request_id: "r1", retryable: status === 429 || status >= 500, ...more } };
}

/** Waits until it is so, five seconds at the most. */
export async function until(isSo: () => boolean, what = String(isSo)): Promise<void> {
  for (const end = performance.now() + 5000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 5))) if (performance.now() > end) throw new Error(`Not so: ${what}`);
}
