import type { Api } from "./api.js";
import type { ChatStore } from "./chat_state.js";
import type { components } from "./generated/openapi.js";
import type { News } from "./news.js";
import { polled, type Results } from "./timelines.js";

type Poll = components["schemas"]["Poll"];

/** Votes in the polls of messages that are shown. */
export class Polls {
  constructor(
    private readonly api: Api,
    private readonly store: ChatStore,
    private readonly news: News,
  ) {}

  /** Votes for these options and no others; for none, takes one's votes back. Shown at once, and undone where it fails. */
  async vote(messageId: string, options: readonly string[]): Promise<void> {
    const before = this.votesIn(messageId);
    this.show(messageId, (results) => voting(results, options));
    try {
      const path = { message_id: messageId };
      await this.news.during(
        () => this.api.put("/v1/messages/{message_id}/votes", { path, body: { options: [...options] } }),
        ({ results }) => this.show(messageId, () => results),
      );
    } catch (failure) {
      this.show(messageId, (results) => voting(results, before));
      throw failure;
    }
  }

  /** Takes no more votes: in the user's own poll or, by an admin, in anybody's. */
  async close(messageId: string): Promise<void> {
    const path = { message_id: messageId };
    await this.news.during(
      () => this.api.post("/v1/messages/{message_id}/poll/close", { path }),
      ({ results }) => this.show(messageId, () => results),
    );
  }

  /** What the user has voted for on another device. */
  voted({ message_id, options }: components["schemas"]["VoteState"]): void {
    this.show(message_id, (results) => ({ ...results, mine: options }));
  }

  private votesIn(messageId: string): readonly string[] {
    const lines = Object.values(this.store.getSnapshot().timelines);
    return lines.flatMap((line) => line.messages).find((each) => each.id === messageId)?.poll?.results?.mine ?? [];
  }

  private show(messageId: string, change: (results: Results) => Results): void {
    this.store.each(messageId, (message) => polled(message, change));
  }
}

/** Whether nobody votes any more: it was closed, or its time has come. */
export function isClosed(poll: Poll, now = Date.now()): boolean {
  return !!poll.results?.closed_at || (poll.closes_at !== null && Date.parse(poll.closes_at) <= now);
}

/** The results with other votes of one's own, each counted. */
function voting(results: Results, mine: readonly string[]): Results {
  const counts = { ...results.counts };
  for (const option of results.mine) counts[option] = (counts[option] ?? 0) - 1;
  for (const option of mine) counts[option] = (counts[option] ?? 0) + 1;
  return { ...results, counts, voters: results.voters + Number(mine.length > 0) - Number(results.mine.length > 0), mine: [...mine] };
}
