import type { Message } from "@parley/client";

/** What a pane shows beside its list: a conversation, a message to jump to, and a panel. */
export interface Place {
  conversation?: string;
  /** The message to jump to; `jump` counts, so that the same one can be jumped to again. */
  message?: string;
  jump: number;
  panel?: Panel;
}

export type Panel =
  | { kind: "thread"; root: string; message?: string }
  | { kind: "search" }
  | { kind: "bookmarks" }
  | { kind: "scheduled" }
  | { kind: "invites" }
  | { kind: "mutes" }
  | { kind: "decisions" }
  | { kind: "pins" }
  | { kind: "members" };

/** The panels that are of the user, whatever conversation is open. */
export const OWN_PANELS: readonly string[] = ["search", "bookmarks", "scheduled", "invites", "mutes", "decisions"];

/** Where a message is seen: in its conversation or, a reply, in its thread. */
export function placeOf(message: Pick<Message, "id" | "conversation_id" | "parent_id">, before: Place, panel = before.panel): Place {
  const jump = before.jump + 1;
  const { conversation_id: conversation, parent_id: root } = message;
  if (root) return { conversation, message: root, jump, panel: { kind: "thread", root, message: message.id } };
  return { conversation, message: message.id, jump, ...(panel ? { panel } : {}) };
}
