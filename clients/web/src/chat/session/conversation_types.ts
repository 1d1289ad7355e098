import { Store, type Api, type TypeOfConversation } from "@parley/client";
import { useEffect, useSyncExternalStore } from "react";
import { useSession } from "./session";

/** As long as what is read of them may be behind: a change holds within a minute. */
const FRESH_MS = 60_000;

/** The types of conversations, which say what roles may. */
export class ConversationTypes extends Store<readonly TypeOfConversation[]> {
  private readAt = 0;

  constructor(
    private readonly api: Api,
    private readonly failed: (failure: unknown) => void,
  ) {
    super([]);
  }

  /** Reads them, unless they were read a moment ago. */
  want(): void {
    if (Date.now() - this.readAt < FRESH_MS) return;
    this.readAt = Date.now();
    this.api
      .get("/v1/conversation-types")
      .then(({ data }) => this.update(() => data))
      .catch(this.failed);
  }
}

/** The types as far as they are read; until then what Parley comes with holds. */
export function useConversationTypes(): readonly TypeOfConversation[] {
  const { types } = useSession();
  useEffect(() => types.want(), [types]);
  return useSyncExternalStore(types.subscribe, types.getSnapshot);
}
