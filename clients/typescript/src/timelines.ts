import type { components } from "./generated/openapi.js";

export type Message = components["schemas"]["Message"];
type Content = components["schemas"]["MessageContent"];
type Quote = components["schemas"]["QuotedMessage"];
export type Brief = Pick<Quote, "text" | "attachments">;
export type Results = components["schemas"]["OwnPollResults"];

const NO_VOTES: Results = { counts: {}, voters: 0, closed_at: null, mine: [] };

export const LONGEST_TIMELINE = 1000;
const LONGEST_QUOTE = 160;
const KINDS = ["image", "video", "audio"] as const;

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
  const message = { ...content, reactions: {}, reply_count: 0, last_reply_at: null };
  return polled(message, (results) => results);
}

/** A message that says something else now; what votes have come to stays, where it is not said. */
export function saying(message: Message, content: Content): Message {
  const said = { ...message, ...content, seq: message.seq };
  return content.poll?.results ? said : polled(said, () => message.poll?.results ?? NO_VOTES);
}

/** With other results of its poll, where it has one. */
export function polled(message: Message, change: (results: Results) => Results): Message {
  return message.poll ? { ...message, poll: { ...message.poll, results: change(message.poll.results ?? NO_VOTES) } } : message;
}

/** With what its messages show of another one changed, where they quote that. */
export function quoting(line: Timeline, id: string, change: (quote: Quote) => Quote | null): Timeline {
  if (!line.messages.some((each) => each.quoted_message?.id === id)) return line;
  return { ...line, messages: line.messages.map((each) => (each.quoted_message?.id === id ? { ...each, quoted_message: change(each.quoted_message) } : each)) };
}

/** A message as others quote it. */
export function quoteOf(content: Content): Quote {
  const { id, author_id, created_at, edited_at, deleted_at, version } = content;
  const { text, attachments } = briefOf(content);
  return { id, author_id, text: beginningOf(text), attachments, created_at, edited_at, deleted_at, version };
}

/** A message in short: what it says, and what the files that it carries are, in order, and a location. */
export function briefOf(content: Pick<Content, "text" | "poll" | "attachments" | "location">): Brief {
  const attachments: Brief["attachments"] = content.attachments.map(({ content_type }) => KINDS.find((kind) => content_type?.startsWith(`${kind}/`)) ?? "file");
  if (content.location) attachments.push("location");
  return { text: headingOf(content), attachments };
}

/** What a list or a quote shows of a message: its text or, where it has none, the question of its poll. */
export function headingOf(content: Pick<Content, "text" | "poll">): string {
  return content.text || (content.poll?.question ?? "");
}

/** What is known of a quoted message by two ways: an event may have been made before another that was told. */
export function newerQuote(known: Quote | null, said: Quote | null): Quote | null {
  return known && said && known.version > said.version ? known : said;
}

/** Of a text, as many whole characters as 160 bytes of UTF-8 have, as the server cuts it. */
function beginningOf(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).slice(0, LONGEST_QUOTE), { stream: true });
}
