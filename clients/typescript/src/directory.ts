import type { Api } from "./api.js";
import { isGone } from "./errors.js";
import type { Event } from "./events.js";
import type { components } from "./generated/openapi.js";
import { Store } from "./store.js";

type Schemas = components["schemas"];
export type Person = Schemas["UserSummary"];
export type Member = Schemas["Member"];

export interface People {
  /** By id; null where there is no such user any more. */
  readonly users: Readonly<Record<string, Person | null>>;
  /** Of a conversation, as many as were asked for. */
  readonly members: Readonly<Record<string, readonly Member[]>>;
}

const MOST_USERS = 2_000;
const MOST_LISTS = 200;
const PAGE = 100;

/** Names for ids: each user and each list of members is read once, when it is first wanted, and kept up by events. */
export class Directory extends Store<People> {
  private readonly asked = new Map<string, Promise<void>>();

  constructor(
    private readonly api: Api,
    private readonly failed: (failure: unknown) => void = () => undefined,
  ) {
    super({ users: {}, members: {} });
  }

  /** Takes users that are known already. */
  know(users: readonly Person[]): void {
    this.update((state) => ({ ...state, users: bounded({ ...state.users, ...Object.fromEntries(users.map((each) => [each.id, each])) }, MOST_USERS) }));
  }

  /** Reads a user unless it is known. */
  wantUser(id: string): Promise<void> {
    if (id in this.getSnapshot().users) return Promise.resolve();
    return this.once(`u/${id}`, async () => {
      const found = await this.api.get("/v1/users/{user_id}", { path: { user_id: id } }).catch((failure: unknown) => {
        if (isGone(failure)) return null;
        throw failure;
      });
      this.update((state) => ({ ...state, users: bounded({ ...state.users, [id]: found }, MOST_USERS) }));
    });
  }

  /** Reads the first hundred members of a conversation unless they are known. */
  wantMembers(conversationId: string): Promise<void> {
    if (this.getSnapshot().members[conversationId]) return Promise.resolve();
    return this.once(`c/${conversationId}`, async () => {
      const path = { conversation_id: conversationId };
      const { data } = await this.api.get("/v1/conversations/{conversation_id}/members", { path, query: { limit: PAGE } }).catch((failure: unknown) => {
        if (isGone(failure)) return { data: [] };
        throw failure;
      });
      this.update((state) => ({ ...state, members: bounded({ ...state.members, [conversationId]: data }, MOST_LISTS) }));
    });
  }

  /** Follows what happens: who changed is as told, and lists of members that changed are read again. */
  take(event: Event): void {
    // What is on its way may be older than what is told.
    const asked = event.type === "user.updated" ? `u/${event.entity_id}` : event.type.startsWith("member.") ? `c/${event.conversation_id}` : "";
    if (this.asked.has(asked)) void this.asked.get(asked)?.then(() => this.take(event));
    else if (event.type === "user.updated" && "name" in event.data) {
      const { id, name, avatar_url } = event.data;
      if (name !== null && id in this.getSnapshot().users) this.know([{ id, name, avatar_url }]);
    } else if (event.type.startsWith("member.") && event.conversation_id) {
      const id = event.conversation_id;
      const { [id]: known, ...members } = this.getSnapshot().members;
      if (!known) return;
      this.update((state) => ({ ...state, members }));
      void this.wantMembers(id);
    }
  }

  private once(key: string, ask: () => Promise<void>): Promise<void> {
    const running = this.asked.get(key) ?? ask().catch(this.failed).finally(() => this.asked.delete(key));
    this.asked.set(key, running);
    return running;
  }
}

/** Without those that came first, where they are too many. */
function bounded<T>(record: Record<string, T>, most: number): Record<string, T> {
  const entries = Object.entries(record);
  return entries.length > most ? Object.fromEntries(entries.slice(-most)) : record;
}
