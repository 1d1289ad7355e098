import type { Message, Pending } from "@parley/client";
import { dayOf } from "../ui/times";

/** What a log shows, one below the other. `first` begins what one author says in a row. */
export type Row =
  | { kind: "day"; key: string; day: number }
  | { kind: "new"; key: string }
  | { kind: "message"; key: string; message: Message; first: boolean }
  | { kind: "pending"; key: string; pending: Pending; first: boolean };

/** Within so long, what an author says hangs together. */
const TOGETHER = 5 * 60_000;

export function rowsOf(messages: readonly Message[], pending: readonly Pending[], firstNew: string | undefined, userId: string): Row[] {
  const rows: Row[] = [];
  let before: Message | undefined;
  for (const message of messages) {
    const day = dayOf(message.created_at);
    const newDay = !before || dayOf(before.created_at) !== day;
    const isNew = message.id === firstNew;
    if (newDay) rows.push({ kind: "day", key: `day ${day}`, day });
    if (isNew) rows.push({ kind: "new", key: "new" });
    const together = before?.author_id === message.author_id && Date.parse(message.created_at) - Date.parse(before.created_at) < TOGETHER;
    rows.push({ kind: "message", key: message.id, message, first: newDay || isNew || !together || !!before?.deleted_at || before?.type === "system" });
    before = message;
  }
  const last = messages.at(-1);
  pending.forEach((each, index) => {
    const first = index === 0 && (last?.author_id !== userId || Date.now() - Date.parse(last.created_at) > TOGETHER);
    rows.push({ kind: "pending", key: each.key, pending: each, first });
  });
  return rows;
}

/** The first of the `unread` newest messages by others: what the line "new messages" stands above. */
export function firstUnread(messages: readonly Message[], unread: number, userId: string): string | undefined {
  let left = unread;
  for (let at = messages.length - 1; at >= 0 && left > 0; at--) {
    const message = messages[at];
    if (!message || message.author_id === userId || message.deleted_at || message.silent) continue;
    if (--left === 0) return message.id;
  }
  return undefined;
}

/** Under which message each of the others is shown as having read: the last of the caller's own that they have. */
export function seenUnder(messages: readonly Message[], receipts: Readonly<Record<string, number>>, userId: string): ReadonlyMap<string, readonly string[]> {
  const seen = new Map<string, string[]>();
  const own = messages.filter((each) => each.author_id === userId && !each.deleted_at).reverse();
  for (const [reader, seq] of Object.entries(receipts)) {
    if (reader === userId) continue;
    const last = own.find((each) => each.seq <= seq);
    if (last) seen.set(last.id, [...(seen.get(last.id) ?? []), reader]);
  }
  return seen;
}
