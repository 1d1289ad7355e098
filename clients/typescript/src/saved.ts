import type { Conversation } from "./chat_state.js";
import type { Storage } from "./storage.js";
import type { Timeline } from "./timelines.js";

/** How many messages of each history are kept over a restart. */
const KEPT = 50;
/** What is kept is under this name; its number goes up when it gets another form, so that what an older package kept is read anew. */
const KEPT_AS = "chat/3";

/** What is shown at once after a restart, and where events go on from there. */
export interface Saved {
  cursor: string | undefined;
  conversations: readonly Conversation[];
  timelines: Readonly<Record<string, Timeline>>;
}

export async function readSaved(storage: Storage): Promise<Saved | undefined> {
  return (await storage.get(KEPT_AS)) as Saved | undefined;
}

/** Keeps the newest page of what is open. */
export async function save(storage: Storage, { timelines, ...others }: Saved): Promise<void> {
  const short = Object.entries(timelines).map(([id, line]) => {
    const messages = line.messages.slice(-KEPT);
    return [id, { ...line, messages, hasEarlier: line.hasEarlier || messages.length < line.messages.length }] as const;
  });
  // A history that lacks its end, or a thread whose cursor is of older replies, is read when it is opened.
  const whole = short.filter(([, line]) => !line.hasLater && !line.cursor);
  await storage.set(KEPT_AS, { ...others, timelines: Object.fromEntries(whole) });
}
