import { may, type Conversation, type Permission } from "@parley/client";
import { useCallback, useMemo } from "react";
import { useConversationTypes } from "../session/conversation_types";

export type MayI = (conversation: Conversation | undefined, permission: Permission) => boolean;

/** Whether the user may do something in a conversation; in one that is not known yet, nothing but what every member may. */
export function useMayI(): MayI {
  const types = useConversationTypes();
  return useCallback(
    (conversation, permission) => (conversation ? may(conversation, conversation.role, permission, types) : may({ type: "group" }, "member", permission)),
    [types],
  );
}

/** Whether the user may not write, react, vote or pin in a conversation, since it has been frozen. */
export function useIsFrozenForMe(): (conversation: Conversation | undefined) => boolean {
  const mayI = useMayI();
  return useMemo(() => (conversation) => !!conversation?.frozen && !mayI(conversation, "bypass_restrictions"), [mayI]);
}
