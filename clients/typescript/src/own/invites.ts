import type { components } from "../generated/openapi.js";
import type { Told } from "../news.js";
import { OwnList, type Parts, type Query } from "./own_list.js";

type Schemas = components["schemas"];
export type OwnInvite = Schemas["OwnInvite"];
export type JoinRequest = Schemas["JoinRequest"];
export type OwnJoinRequest = Schemas["OwnJoinRequest"];

const MOST = 500;

/** Where the user is invited and has not answered. */
export class Invites extends OwnList<OwnInvite> {
  constructor(parts: Parts, after?: number) {
    super(parts, MOST, after);
  }

  /** Joins. */
  accept(conversationId: string): Promise<Schemas["Conversation"]> {
    return this.change(
      () => this.parts.api.post("/v1/conversations/{conversation_id}/invites/accept", { path: { conversation_id: conversationId } }),
      (_, known) => without(known, conversationId),
    );
  }

  async decline(conversationId: string): Promise<void> {
    const path = { conversation_id: conversationId, user_id: this.parts.me() ?? "" };
    await this.change(
      () => this.parts.api.delete("/v1/conversations/{conversation_id}/invites/{user_id}", { path }),
      (_, known) => without(known, conversationId),
    );
  }

  protected page(query: Query) {
    return this.parts.api.get("/v1/users/me/invites", { query });
  }

  protected told({ type, data }: Told, known: readonly OwnInvite[]): readonly OwnInvite[] | "read" {
    // It does not say what the conversation is called.
    if (type === "invite.created") return "read";
    if (type !== "invite.removed") return known;
    return "reference" in data ? "read" : without(known, data.conversation_id);
  }
}

/** What the user has asked to join, and has no answer to. */
export class OwnRequests extends OwnList<OwnJoinRequest> {
  constructor(parts: Parts, after?: number) {
    super(parts, MOST, after);
  }

  /** Asks to join a conversation whose admins let people in. */
  ask(conversationId: string, text?: string): Promise<OwnJoinRequest> {
    const path = { conversation_id: conversationId };
    return this.change(() => this.parts.api.post("/v1/conversations/{conversation_id}/join-requests", { path, body: text ? { text } : {} }), put);
  }

  async withdraw(conversationId: string): Promise<void> {
    const path = { conversation_id: conversationId, user_id: this.parts.me() ?? "" };
    await this.change(
      () => this.parts.api.delete("/v1/conversations/{conversation_id}/join-requests/{user_id}", { path }),
      (_, known) => without(known, conversationId),
    );
  }

  protected page(query: Query) {
    return this.parts.api.get("/v1/users/me/join-requests", { query });
  }

  protected told(event: Told, known: readonly OwnJoinRequest[]): readonly OwnJoinRequest[] | "read" {
    const { type, data } = event;
    if (type !== "join_request.created" && type !== "join_request.removed") return known;
    if ("reference" in data) return "read";
    if (data.user_id !== this.parts.me()) return known;
    // It does not say what the conversation is called.
    return type === "join_request.created" ? "read" : without(known, data.conversation_id, data.user_id);
  }
}

/** Who asks to join a conversation, for its admins. */
export class RequestsTo extends OwnList<JoinRequest> {
  constructor(
    parts: Parts,
    readonly conversationId: string,
    after?: number,
  ) {
    super(parts, MOST, after);
  }

  approve(userId: string): Promise<Schemas["AddedMember"]> {
    const path = { conversation_id: this.conversationId, user_id: userId };
    return this.change(
      () => this.parts.api.post("/v1/conversations/{conversation_id}/join-requests/{user_id}/approve", { path }),
      (_, known) => without(known, this.conversationId, userId),
    );
  }

  async decline(userId: string): Promise<void> {
    const path = { conversation_id: this.conversationId, user_id: userId };
    await this.change(
      () => this.parts.api.delete("/v1/conversations/{conversation_id}/join-requests/{user_id}", { path }),
      (_, known) => without(known, this.conversationId, userId),
    );
  }

  protected page(query: Query) {
    return this.parts.api.get("/v1/conversations/{conversation_id}/join-requests", { path: { conversation_id: this.conversationId }, query });
  }

  protected told({ type, data }: Told, known: readonly JoinRequest[]): readonly JoinRequest[] | "read" {
    if (type !== "join_request.created" && type !== "join_request.removed") return known;
    if ("reference" in data) return "read";
    if (data.conversation_id !== this.conversationId) return known;
    return type === "join_request.created" ? put(data, known) : without(known, data.conversation_id, data.user_id);
  }
}

function put<Request extends JoinRequest>(request: Request, known: readonly Request[]): readonly Request[] {
  const place = (each: Request) => `${each.conversation_id} ${each.user_id}`;
  return [...known.filter((each) => place(each) !== place(request)), request].sort((one, other) => (place(one) < place(other) ? -1 : 1));
}

function without<Item extends { conversation_id: string; user_id: string }>(known: readonly Item[], conversationId: string, userId?: string): readonly Item[] {
  return known.filter((each) => each.conversation_id !== conversationId || (userId !== undefined && each.user_id !== userId));
}
