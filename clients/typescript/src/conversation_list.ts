import type { Answer, Api } from "./api.js";
import type { ChatStore, Conversation } from "./chat_state.js";
import { isGone } from "./errors.js";
import type { components } from "./generated/openapi.js";
import type { News } from "./news.js";
import type { Timers } from "./waiting.js";

type Schemas = components["schemas"];
type Details = Answer<"/v1/conversations/{conversation_id}", "get">;
type Settings = Conversation["settings"];

const MEETINGS = 4;
/** Milliseconds; a large conversation tells once a second that there is more. */
const COUNTED_AFTER = 3_000;

/** The rows of the list of conversations: how one is read anew where an event does not say what it shows. */
export class ConversationList {
  /** What the user keeps out of the list, whatever is sent there; as far as it was read. */
  private readonly keptOut = new Set<string>();

  constructor(
    private readonly api: Api,
    private readonly store: ChatStore,
    private readonly news: News,
    private readonly timers: Timers,
    private readonly failed: (failure: unknown) => void,
    /** Is told of a conversation that comes into the list, with threads that were not shown. */
    private readonly appeared: () => void,
    private readonly after = COUNTED_AFTER,
  ) {}

  /** Fetches a conversation that is new here, or whose counts cannot be known from an event. */
  async meet(id: string): Promise<void> {
    try {
      const path = { conversation_id: id };
      let found = await this.api.get("/v1/conversations/{conversation_id}", { path });
      for (let tries = 0; found.membership && found.settings; tries++) {
        const { hidden, archived_for_me } = found.settings;
        this.keptOut.delete(id);
        if (archived_for_me || hidden === "always") this.keptOut.add(id);
        if (archived_for_me || hidden) {
          if (this.keptOut.has(id)) this.store.leaveThreads(id);
          return this.store.place(outOfList(found, found.membership, found.settings), false);
        }
        const unread = await this.api.get("/v1/unread");
        const after = await this.api.get("/v1/conversations/{conversation_id}", { path });
        const still = after.last_message?.seq === found.last_message?.seq;
        found = after;
        // The counts are of another moment than the preview: a message between them would be counted again by its event.
        if (!still && tries < MEETINGS) continue;
        if (!found.membership || !found.settings) break;
        const unread_count = unread.conversations.find((each) => each.conversation_id === id)?.unread_count ?? 0;
        if (!this.store.conversation(id) && !this.store.keepsThreads(id)) this.appeared();
        return this.store.place(summaryOf(found, found.membership, found.settings, unread_count), true);
      }
      this.forget(id);
    } catch (failure) {
      if (!isGone(failure)) throw failure;
      this.forget(id);
    }
  }

  /** Fetches a conversation in which something was sent, unless no message brings it into the list. */
  async recount(id: string): Promise<void> {
    if (this.store.known(id) || !this.keptOut.has(id)) await this.meet(id);
  }

  /** Fetches it some seconds later, with what is sent until then. */
  recountSoon(id: string): void {
    this.timers.later(`recount/${id}`, this.after, () => void this.news.inTurn(() => this.recount(id)).catch(this.failed));
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

function summaryOf({ membership: _, ...details }: Details, { role, muted }: Schemas["Membership"], settings: Settings, unread_count: number): Conversation {
  return { ...details, settings, role, muted, unread_count };
}

/** What is out of the list counts in no total: what may be unread is what was sent after what was read. */
function outOfList(found: Details, membership: Schemas["Membership"], settings: Settings): Conversation {
  const after = Math.max(membership.read_seq, membership.visible_from);
  return summaryOf(found, membership, settings, Math.max(0, (found.last_message?.seq ?? 0) - after));
}
