import type { ChatState } from "./chat_state.js";
import type { Message } from "./timelines.js";

/** How far a message has come: nobody else has it, somebody has, or those in `seenBy` have read it. */
export interface MessageStatus {
  status: "sent" | "delivered" | "seen";
  seenBy: readonly string[];
}

/** How far a message of the user has come with the others. What is read has been delivered. */
export function messageStatus({ seq, conversation_id, author_id }: Message, { receipts, deliveries }: Pick<ChatState, "receipts" | "deliveries">): MessageStatus {
  const by = (reached: Readonly<Record<string, number>> = {}) => Object.entries(reached).flatMap(([user, upTo]) => (user !== author_id && upTo >= seq ? [user] : []));
  const seenBy = by(receipts[conversation_id]);
  return { status: seenBy.length ? "seen" : by(deliveries[conversation_id]).length ? "delivered" : "sent", seenBy };
}
