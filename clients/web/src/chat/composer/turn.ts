import type { ChatState, Conversation } from "@parley/client";
import { useChatState, useConversation } from "@parley/react";
import { useEffect, useMemo, useReducer } from "react";
import { useMayI } from "../conversations/rights";
import { useSession } from "../session/session";

/** The user's turn to write in a conversation in slow mode. */
export interface Turn {
  /** How long a member waits after a message; 0 where the user need not wait. */
  every: number;
  /** Seconds until the next one. */
  wait: number;
  /** Whether a message may be sent now: none is on its way, and the user has waited. */
  mine: boolean;
}

/** When the user may send the next message: counted from the last one that is known, or as Parley said when it refused one. */
export function useTurn(id: string): Turn {
  const mayI = useMayI();
  const { userId } = useSession();
  const conversation = useConversation(id);
  const every = conversation && !mayI(conversation, "bypass_restrictions") ? conversation.slow_mode_seconds : 0;
  const next = useChatState((state) => (conversation && every ? nextTurn(state, conversation, userId) : 0));
  const under = useChatState((state) => every > 0 && state.pending.some((each) => each.conversationId === id && each.status !== "failed"));
  // Nobody waits for longer than the setting says, whatever the device's clock and an earlier setting say.
  const until = useMemo(() => Math.min(next, Date.now() + every * 1000), [next, every]);
  const wait = Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [, tick] = useReducer((round: number) => round + 1, 0);
  useEffect(() => {
    if (!wait) return;
    const timer = setTimeout(tick, (until - Date.now()) % 1000 || 1000);
    return () => clearTimeout(timer);
  });
  return { every, wait, mine: !wait && !under };
}

function nextTurn(state: ChatState, { id, last_message, slow_mode_seconds }: Conversation, userId: string): number {
  let last = last_message?.author_id === userId ? Date.parse(last_message.created_at) : 0;
  for (const { messages } of Object.values(state.timelines)) {
    const newest = messages.reduce((at, each) => (each.author_id === userId && each.conversation_id === id ? Date.parse(each.created_at) : at), 0);
    last = Math.max(last, newest);
  }
  const refused = state.pending.map((each) => (each.conversationId === id && each.error?.code === "slow_mode" ? (each.error.retryAt ?? 0) : 0));
  return Math.max(last && last + slow_mode_seconds * 1000, ...refused);
}
