import type { Api } from "./api.js";
import type { components } from "./generated/openapi.js";
import { Store } from "./store.js";

export type UserGroup = components["schemas"]["UserGroup"];

const PAGE = 100;
const MOST = 200;
/** Nothing tells of a change of groups: what was read so long ago is read again when it is wanted. */
const FRESH_MS = 60_000;

/** The tenant's groups of users, whom a message may mention together. */
export class UserGroups extends Store<readonly UserGroup[]> {
  private readAt = -Infinity;

  constructor(
    private readonly api: Api,
    private readonly failed: (failure: unknown) => void,
  ) {
    super([]);
  }

  /** Reads them, unless they were read a moment ago. */
  want(): void {
    if (performance.now() - this.readAt < FRESH_MS) return;
    this.readAt = performance.now();
    this.read().catch((failure: unknown) => {
      this.readAt = -Infinity;
      this.failed(failure);
    });
  }

  private async read(): Promise<void> {
    const found: UserGroup[] = [];
    for (let cursor: string | null | undefined; cursor !== null && found.length < MOST; ) {
      const page: components["schemas"]["Page_UserGroup_"] = await this.api.get("/v1/user-groups", { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } });
      found.push(...page.data);
      cursor = page.next_cursor;
    }
    this.update(() => found);
  }
}
