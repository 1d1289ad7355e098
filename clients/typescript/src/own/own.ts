import type { Told } from "../news.js";
import { Bookmarks } from "./bookmarks.js";
import { Decisions } from "./decisions.js";
import { Invites, OwnRequests, RequestsTo } from "./invites.js";
import type { OwnList, Parts } from "./own_list.js";
import { Scheduled } from "./scheduled.js";
import { UserMutes } from "./user_mutes.js";

const MOST_CONVERSATIONS = 30;

/** The lists that Parley keeps for the user alone, each read when it is wanted. */
export class Own {
  readonly bookmarks: Bookmarks;
  readonly scheduled: Scheduled;
  readonly invites: Invites;
  readonly requests: OwnRequests;
  readonly mutes: UserMutes;
  readonly decisions: Decisions;
  private readonly conversations = new Map<string, RequestsTo>();

  constructor(
    private readonly parts: Parts,
    private readonly after?: number,
  ) {
    this.bookmarks = new Bookmarks(parts, after);
    this.scheduled = new Scheduled(parts, after);
    this.invites = new Invites(parts, after);
    this.requests = new OwnRequests(parts, after);
    this.mutes = new UserMutes(parts, after);
    this.decisions = new Decisions(parts, after);
  }

  /** Who asks to join a conversation, for its admins. */
  requestsTo(conversationId: string): RequestsTo {
    const known = this.conversations.get(conversationId) ?? new RequestsTo(this.parts, conversationId, this.after);
    this.conversations.delete(conversationId);
    this.conversations.set(conversationId, known);
    if (this.conversations.size > MOST_CONVERSATIONS)
      for (const [oldest, list] of this.conversations) {
        list.close();
        this.conversations.delete(oldest);
        break;
      }
    return known;
  }

  take(event: Told): void {
    for (const each of this.lists()) each.take(event);
  }

  /** Reads anew what may have been missed; what fails, fails alone. */
  async heal(): Promise<void> {
    await Promise.all(this.lists().map((each) => each.heal().catch((failure: unknown) => this.parts.failed(failure))));
  }

  private lists(): OwnList<unknown>[] {
    return [this.bookmarks, this.scheduled, this.invites, this.requests, this.mutes, this.decisions, ...this.conversations.values()] as unknown as OwnList<unknown>[];
  }
}
