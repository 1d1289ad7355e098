import type { Bookmark, Event, JoinRequest, Message, OwnDecision, OwnInvite, OwnJoinRequest, ScheduledMessage, UserGroup, UserMute } from "@parley/client";
import { problem, Server, type Answer } from "./server.js";

type Route = Exclude<Answer, string | undefined>;
type Body = Record<string, any>;

/** A Parley that keeps lists of ada's own, which other devices change too; what happens is told when a test wants it. */
export class OwnServer extends Server {
  readonly bookmarks = new Map<string, Bookmark>();
  readonly scheduled = new Map<string, ScheduledMessage>();
  readonly invites = new Map<string, OwnInvite>();
  /** By conversation and user. */
  readonly requests = new Map<string, JoinRequest>();
  readonly mutes = new Map<string, UserMute>();
  readonly decisions = new Map<string, OwnDecision>();
  readonly groups: UserGroup[] = [];
  private version = 0;
  private moments = 0;

  keep(message_id: string, remind_at: string | null = null): Bookmark {
    const before = this.bookmarks.get(message_id);
    const created_at = before?.created_at ?? this.moment();
    const { message: _, ...said } = { message_id, conversation_id: this.conversation, note: null, remind_at, reminded_at: null, created_at, version: ++this.version, message: null };
    const kept = { ...said, message: this.contentOf(message_id) };
    this.bookmarks.set(message_id, kept);
    this.told("bookmark.updated", `${message_id}/bookmark/ada`, said.version, { ...said, user_id: "ada" });
    return kept;
  }

  remind(message_id: string): void {
    const { message, ...before } = this.bookmarks.get(message_id)!;
    const said = { ...before, reminded_at: this.moment(), version: ++this.version };
    this.bookmarks.set(message_id, { ...said, message });
    this.told("bookmark.due", `${message_id}/bookmark/ada`, said.version, { ...said, user_id: "ada" });
  }

  unkeep(message_id: string): void {
    if (this.bookmarks.delete(message_id)) this.told("bookmark.deleted", `${message_id}/bookmark/ada`, ++this.version, { message_id, conversation_id: this.conversation, user_id: "ada" });
  }

  edit(message: Message, text: string): void {
    Object.assign(message, { text, version: message.version + 1 });
    const kept = this.bookmarks.get(message.id);
    if (kept) this.bookmarks.set(message.id, { ...kept, message: this.contentOf(message.id) });
    const data = this.contentOf(message.id);
    this.tell({ type: "message.updated", entity_id: message.id, version: message.version, seq: message.seq, data } as Partial<Event>);
  }

  later(id: string, change: Partial<ScheduledMessage> & { text?: string }): ScheduledMessage {
    const { text, ...others } = change;
    const before = this.scheduled.get(id) ?? fresh(id, this.conversation, this.moment());
    const message = text === undefined ? before.message : { ...before.message, text };
    const now = { ...before, ...others, message, version: ++this.version };
    this.scheduled.set(id, now);
    this.told(now.failure ? "scheduled_message.failed" : "scheduled_message.updated", id, now.version, { ...now, user_id: "ada" });
    return now;
  }

  unschedule(id: string, type: "scheduled_message.deleted" | "scheduled_message.sent" = "scheduled_message.deleted"): void {
    if (this.scheduled.delete(id)) this.told(type, id, ++this.version, { id, conversation_id: this.conversation, message_id: null, user_id: "ada" });
  }

  invite(conversation_id: string): void {
    const said = { conversation_id, user_id: "ada", invited_by: "bob", created_at: this.moment(), expires_at: "" };
    this.invites.set(conversation_id, { ...said, type: "group", declared_type: null, name: `${conversation_id} ${this.version}`, avatar_url: null });
    this.told("invite.created", `${conversation_id}/ada/invite`, ++this.version, said);
  }

  uninvite(conversation_id: string): void {
    if (this.invites.delete(conversation_id)) this.told("invite.removed", `${conversation_id}/ada/invite`, ++this.version, { conversation_id, user_id: "ada" });
  }

  ask(conversation_id: string, user_id: string, text: string | null = null): JoinRequest {
    const place = `${conversation_id} ${user_id}`;
    const known = this.requests.get(place);
    if (known) return known;
    const said = { conversation_id, user_id, text, created_at: this.moment() };
    this.requests.set(place, said);
    this.told("join_request.created", `${conversation_id}/${user_id}/join-request`, ++this.version, said, conversation_id);
    return said;
  }

  answered(conversation_id: string, user_id: string): void {
    if (this.requests.delete(`${conversation_id} ${user_id}`))
      this.told("join_request.removed", `${conversation_id}/${user_id}/join-request`, ++this.version, { conversation_id, user_id }, conversation_id);
  }

  /** Moderators decide about a message of ada's; again changes what could not be done. */
  decide(id: string, not_done: OwnDecision["not_done"] = []): void {
    const before = this.decisions.get(id);
    const fresh: OwnDecision = { id, conversation_id: this.conversation, message_id: "m", actions: ["ban"], not_done, reason: null, banned_until: null, text: "Buy!", decided_at: this.moment(), appeal: null };
    this.judged("moderation.decided", { ...(before ?? fresh), not_done });
  }

  appeal(id: string, text: string): OwnDecision | undefined {
    const decision = this.decisions.get(id);
    if (!decision || decision.appeal) return decision;
    return this.judged("appeal.filed", { ...decision, appeal: { text, filed_at: this.moment(), outcome: null, answer: null, restored: [], answered_at: null } });
  }

  overturn(id: string, restored: OwnDecision["actions"] = []): void {
    const decision = this.decisions.get(id);
    if (decision?.appeal) this.judged("appeal.decided", { ...decision, appeal: { ...decision.appeal, outcome: "overturned", restored, answered_at: decision.appeal.answered_at ?? this.moment() } });
  }

  private judged(type: string, decision: OwnDecision): OwnDecision {
    this.decisions.set(decision.id, decision);
    this.told(type, `${decision.id}/decision`, ++this.version, { ...decision, user_id: "ada" });
    return decision;
  }

  /** The lists as the API says them. */
  said() {
    const place = (each: ScheduledMessage) => `${each.send_at}${each.id}`;
    const requests = [...this.requests.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
    return {
      bookmarks: [...this.bookmarks.values()].sort((one, other) => (one.created_at < other.created_at ? 1 : -1)),
      scheduled: [...this.scheduled.values()].sort((one, other) => (place(one) < place(other) ? -1 : 1)),
      invites: [...this.invites.values()].sort((one, other) => (one.conversation_id < other.conversation_id ? -1 : 1)),
      requests: requests.filter((each) => each.user_id === "ada").map(named),
      to: requests.filter((each) => each.conversation_id === this.conversation),
      decisions: [...this.decisions.values()].sort((one, other) => (one.decided_at < other.decided_at ? 1 : -1)),
    };
  }

  protected override route(method: string, url: URL, bytes: Uint8Array, key: string | undefined, token: string | undefined): Route {
    const body = (bytes.length ? JSON.parse(new TextDecoder().decode(bytes)) : {}) as Body;
    const [, , kind = "", id = "", part = "", user = "", act] = url.pathname.split("/");
    const all = (data: unknown[]) => ({ status: 200, body: { data, next_cursor: null, prev_cursor: null } });
    const done = (change: void) => ({ status: 204, change });
    const lists = this.said();
    if (kind === "bookmarks") return all(lists.bookmarks);
    if (part === "bookmark") return method === "PUT" ? { status: 200, body: this.keep(id, body["remind_at"] ?? null) } : done(this.unkeep(id));
    if (kind === "scheduled-messages" && !id) return method === "GET" ? all(lists.scheduled) : { status: 201, body: this.later(key ?? "", { send_at: body["send_at"], text: body["message"].text }) };
    if (kind === "scheduled-messages") {
      if (!this.scheduled.has(id)) return problem(404, "scheduled_message_not_found");
      if (method === "DELETE") return done(this.unschedule(id));
      return { status: 200, body: this.later(id, { failure: null, status: "scheduled", ...(body["send_at"] ? { send_at: body["send_at"] } : {}), ...(body["message"] ? { text: body["message"].text } : {}) }) };
    }
    if (url.pathname === "/v1/users/me/invites") return all(lists.invites);
    if (url.pathname === "/v1/users/me/join-requests") return all(lists.requests);
    if (url.pathname === "/v1/users/me/mutes") return all([...this.mutes.values()]);
    if (kind === "user-groups") return all([...this.groups]);
    if (part === "moderation-decisions" && method === "GET") return all(lists.decisions);
    if (part === "moderation-decisions") {
      const appealed = this.appeal(user, body["text"]);
      return !appealed || appealed.appeal?.text !== body["text"] ? problem(409, "appeal_closed") : { status: 200, body: appealed };
    }
    if (kind === "users" && part === "mute") {
      if (method === "DELETE") return done(void this.mutes.delete(id));
      const mute = { user_id: id, until: body["until"] as string | null, created_at: this.moment() };
      this.mutes.set(id, mute);
      return { status: 200, body: mute };
    }
    if (part === "invites" && user === "accept") return { status: 200, body: (this.uninvite(id), { id }) };
    if (part === "invites") return done(this.uninvite(id));
    if (part === "join-requests" && act === "approve") return { status: 200, body: (this.answered(id, user), { user_id: user, status: "added" }) };
    if (part === "join-requests" && method === "GET") return all(lists.to);
    if (part === "join-requests") return method === "POST" ? { status: 201, body: named(this.ask(id, "ada", body["text"] ?? null)) } : done(this.answered(id, user));
    return super.route(method, url, bytes, key, token);
  }

  private told(type: string, entity_id: string, version: number, data: object, conversation_id: string | null = null): void {
    this.tell({ type, entity_id, version, data, conversation_id } as unknown as Partial<Event>);
  }

  private contentOf(id: string): Bookmark["message"] {
    const found = this.messages.find((each) => each.id === id);
    if (!found) return null;
    const { reactions: _, reply_count: __, last_reply_at: ___, ...content } = found;
    return { ...content };
  }

  private moment(): string {
    return new Date(1_000_000 + ++this.moments).toISOString();
  }
}

function named(request: JoinRequest): OwnJoinRequest {
  return { ...request, type: "group", name: `The ${request.conversation_id}`, avatar_url: null };
}

function fresh(id: string, conversation_id: string, moment: string): ScheduledMessage {
  const message = { conversation_id, parent_id: null, text: "", attachments: [], quoted_message_id: null, mentions: [], mentioned_groups: [], show_in_conversation: false, type: "regular", silent: false, location: null, poll: null, custom: {} };
  return { id, status: "scheduled", message, send_at: moment, failure: null, created_at: moment, updated_at: moment, version: 0 };
}
