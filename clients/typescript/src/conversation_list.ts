import type { Api } from "./api.js";
import { ordered, type ChatStore } from "./chat_state.js";
import { isGone } from "./errors.js";
import type { components } from "./generated/openapi.js";
import type { News } from "./news.js";

const MEETINGS = 4;
/** Milliseconds; a large conversation tells once a second that there is more. */
const COUNTED_AFTER = 3_000;

/** The rows of the list of conversations: how one is read anew where an event does not say what it shows. */
export class ConversationList {
  /** What the user keeps out of the list, whatever is sent there; as far as it was read. */
  private readonly keptOut = new Set<string>();
  private readonly waiting = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly api: Api,
    private readonly store: ChatStore,
    private readonly news: News,
    private readonly failed: (failure: unknown) => void,
    private readonly after = COUNTED_AFTER,
  ) {}

  close(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  /** Fetches a conversation that is new here, or whose counts cannot be known from an event. */
  async meet(id: string): Promise<void> {
    try {
      const path = { conversation_id: id };
      let found = await this.api.get("/v1/conversations/{conversation_id}", { path });
      for (let tries = 0; found.membership && found.settings; tries++) {
        const { hidden, archived_for_me } = found.settings;
        this.keptOut.delete(id);
        if (archived_for_me || hidden === "always") this.keptOut.add(id);
        if (archived_for_me || hidden) return this.store.unlist(id);
        const unread = await this.api.get("/v1/unread");
        const after = await this.api.get("/v1/conversations/{conversation_id}", { path });
        const still = after.last_message?.seq === found.last_message?.seq;
        found = after;
        // The counts are of another moment than the preview: a message between them would be counted again by its event.
        if (!still && tries < MEETINGS) continue;
        if (!found.membership || !found.settings) break;
        const { type, name, avatar_url, custom, last_message, created_at, last_activity_at, archived_at, settings, version } = found;
        const { role, muted } = found.membership;
        const unread_count = unread.conversations.find((each) => each.conversation_id === id)?.unread_count ?? 0;
        const summary = { id, type, name, avatar_url, custom, last_message, created_at, last_activity_at, archived_at, settings, version, role, muted, unread_count };
        return this.store.update((state) => ({ ...state, conversations: ordered([summary, ...state.conversations.filter((each) => each.id !== id)]) }));
      }
      this.forget(id);
    } catch (failure) {
      if (!isGone(failure)) throw failure;
      this.forget(id);
    }
  }

  /** Fetches a conversation in which something was sent, unless no message brings it into the list. */
  async recount(id: string): Promise<void> {
    if (this.store.conversation(id) || !this.keptOut.has(id)) await this.meet(id);
  }

  /** Fetches it some seconds later, with what is sent until then. */
  recountSoon(id: string): void {
    if (this.waiting.has(id)) return;
    const recount = () => {
      this.waiting.delete(id);
      this.news.inTurn(() => this.recount(id)).catch(this.failed);
    };
    this.waiting.set(id, setTimeout(recount, this.after));
  }

  /** Shows the count that an answer says, unless something else happened meanwhile: what is counted then only the server knows. */
  async counted(id: string, ask: () => Promise<components["schemas"]["ReadState"]>): Promise<void> {
    let met = false;
    await this.news.during(
      ask,
      ({ unread_count }) => this.store.summary(id, { unread_count }),
      async (event) => {
        if (met || event.conversation_id !== id) return;
        met = true;
        await this.recount(id);
      },
    );
  }

  forget(id: string): void {
    this.keptOut.delete(id);
    this.store.forget(id);
  }
}
