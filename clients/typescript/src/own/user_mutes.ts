import type { components } from "../generated/openapi.js";
import { OwnList, type Parts, type Query } from "./own_list.js";

export type UserMute = components["schemas"]["UserMute"];

const MOST = 1000;

/** Whom the user has muted. Nobody is told of a mute: what another device does shows when the list is read anew, as after each new connection. */
export class UserMutes extends OwnList<UserMute> {
  constructor(parts: Parts, after?: number) {
    super(parts, MOST, after);
  }

  /** Lets nothing that a user writes be pushed, for good or until a moment. */
  mute(userId: string, until: Date | null = null): Promise<UserMute> {
    return this.change(
      () => this.parts.api.put("/v1/users/{user_id}/mute", { path: { user_id: userId }, body: { until: until && until.toISOString() } }),
      (mute, known) => [...known.filter((each) => each.user_id !== userId), mute].sort((one, other) => (one.user_id < other.user_id ? -1 : 1)),
    );
  }

  async unmute(userId: string): Promise<void> {
    await this.change(
      () => this.parts.api.delete("/v1/users/{user_id}/mute", { path: { user_id: userId } }),
      (_, known) => known.filter((each) => each.user_id !== userId),
    );
  }

  protected page(query: Query) {
    return this.parts.api.get("/v1/users/me/mutes", { query });
  }

  protected told(_: unknown, known: readonly UserMute[]): readonly UserMute[] {
    return known;
  }
}

/** Whether a mute has not ended. */
export function holds(mute: UserMute, now = Date.now()): boolean {
  return mute.until === null || Date.parse(mute.until) > now;
}
