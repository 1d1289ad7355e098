import type { components } from "./generated/openapi.js";

export type Message = components["schemas"]["Message"];
type Content = components["schemas"]["MessageContent"];

export const LONGEST_TIMELINE = 1000;

/** A stretch of a conversation's history, or of a thread's, without holes, by `seq`. */
export interface Timeline {
  readonly messages: readonly Message[];
  /** The highest `seq` up to which nothing is missing; the messages deleted for good are counted. */
  readonly upTo: number;
  readonly hasEarlier: boolean;
  /** Whether there are newer messages than those held; `loadLater` shows them, `open` the newest. */
  readonly hasLater: boolean;
  /** Where a thread goes on to what is older. */
  readonly cursor: string | null;
}

export function timelineOf(messages: readonly Message[], more: { upTo?: number; hasEarlier: boolean; hasLater?: boolean; cursor?: string | null }): Timeline {
  const sorted = [...messages].sort((one, other) => one.seq - other.seq);
  const upTo = Math.max(more.upTo ?? 0, sorted.at(-1)?.seq ?? 0);
  return { messages: sorted, upTo, hasEarlier: more.hasEarlier, hasLater: more.hasLater ?? false, cursor: more.cursor ?? null };
}

/** With newer messages at its end. */
export function appended(line: Timeline, messages: readonly Message[], upTo = 0): Timeline {
  const newer = messages.filter((each) => each.seq > line.upTo);
  const all = [...line.messages, ...newer].sort((one, other) => one.seq - other.seq);
  const kept = all.slice(-LONGEST_TIMELINE);
  const hasEarlier = line.hasEarlier || kept.length < all.length;
  return { ...line, messages: kept, upTo: Math.max(line.upTo, upTo, kept.at(-1)?.seq ?? 0), hasEarlier };
}

/** With older messages at its beginning. */
export function prepended(line: Timeline, messages: readonly Message[], hasEarlier: boolean, cursor: string | null): Timeline {
  const first = line.messages[0]?.seq ?? Infinity;
  const all = [...messages.filter((each) => each.seq < first), ...line.messages].sort((one, other) => one.seq - other.seq);
  const kept = all.slice(0, LONGEST_TIMELINE);
  const cut = kept.length < all.length;
  return { messages: kept, upTo: cut ? (kept.at(-1)?.seq ?? 0) : line.upTo, hasEarlier, hasLater: line.hasLater || cut, cursor };
}

/** With one message changed, or without it. */
export function changed(line: Timeline, id: string, change: (message: Message) => Message | null): Timeline {
  if (!line.messages.some((each) => each.id === id)) return line;
  return { ...line, messages: line.messages.flatMap((each) => (each.id === id ? (change(each) ?? []) : each)) };
}

/** A new message, which nothing hangs on yet. */
export function messageOf(content: Content): Message {
  return { ...content, reactions: {}, reply_count: 0, last_reply_at: null };
}
