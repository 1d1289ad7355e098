import type { components } from "../generated/openapi.js";
import type { Told } from "../news.js";
import { OwnList, type Parts, type Query } from "./own_list.js";

export type Bookmark = components["schemas"]["Bookmark"];

const MOST = 500;

/** Messages that the user keeps for later, the newest first, as they are now. */
export class Bookmarks extends OwnList<Bookmark> {
  constructor(parts: Parts, after?: number) {
    super(parts, MOST, after);
  }

  /** Keeps a message, and has the user reminded of it at a moment. */
  put(messageId: string, remindAt: Date | null = null): Promise<Bookmark> {
    const body = remindAt ? { remind_at: remindAt.toISOString() } : {};
    return this.change(
      () => this.parts.api.put("/v1/messages/{message_id}/bookmark", { path: { message_id: messageId }, body }),
      (bookmark, known) => {
        const before = known.find((each) => each.message_id === messageId);
        if (before && before.version > bookmark.version) return known;
        return before ? known.map((each) => (each === before ? bookmark : each)) : [bookmark, ...known];
      },
    );
  }

  async remove(messageId: string): Promise<void> {
    await this.change(
      () => this.parts.api.delete("/v1/messages/{message_id}/bookmark", { path: { message_id: messageId } }),
      (_, known) => known.filter((each) => each.message_id !== messageId),
    );
  }

  protected page(query: Query) {
    return this.parts.api.get("/v1/bookmarks", { query });
  }

  protected told({ type, data }: Told, known: readonly Bookmark[]): readonly Bookmark[] | "read" {
    if (type === "bookmark.deleted") return known.filter((each) => each.message_id !== data.message_id);
    if (type === "bookmark.updated" || type === "bookmark.due") {
      const before = known.find((each) => each.message_id === data.message_id);
      // What it keeps, only the server can say.
      if (!before) return "read";
      const { user_id: _, ...said } = data;
      return said.version < before.version ? known : known.map((each) => (each === before ? { ...each, ...said } : each));
    }
    if (type !== "message.updated" && type !== "message.deleted") return known;
    if ("reference" in data) return known.length ? "read" : known;
    const kept = "id" in data && known.find((each) => each.message_id === data.id);
    if (!kept) return known;
    if (type === "message.deleted" || !("text" in data)) return known.map((each) => (each === kept ? { ...each, message: null } : each));
    return kept.message && kept.message.version > data.version ? known : known.map((each) => (each === kept ? { ...each, message: data } : each));
  }
}
