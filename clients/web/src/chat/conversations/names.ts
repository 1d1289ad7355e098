import type { Conversation } from "@parley/client";
import { useChat, useMembers, useUser } from "@parley/react";
import { useSyncExternalStore } from "react";
import { useWords } from "../preferences";

/** The author of what the tenant's back end says for nobody. */
export const SYSTEM = "_system";

/** A user's name, or the id until it is known. */
export function useName(id: string | undefined): string {
  const words = useWords();
  const user = useUser(id === SYSTEM ? undefined : id);
  if (id === SYSTEM) return words.systemAuthor;
  return user?.name ?? (user === null || !id ? words.anybody : id);
}

/** The other one of a direct conversation. */
export function useOther(conversation: Pick<Conversation, "id" | "type"> | undefined): string | undefined {
  const { userId } = useChat();
  const members = useMembers(conversation?.type === "direct" ? conversation.id : undefined);
  return members?.find((each) => each.user_id !== userId)?.user_id;
}

/** What conversations are called, as far as their members are known. */
export function useTitles(conversations: readonly Pick<Conversation, "id" | "type" | "name">[]): readonly string[] {
  const words = useWords();
  const { directory, userId } = useChat();
  const { members, users } = useSyncExternalStore(directory.subscribe, directory.getSnapshot);
  return conversations.map(({ id, type, name }) => {
    const other = type === "direct" ? members[id]?.find((each) => each.user_id !== userId)?.user_id : undefined;
    return name ?? (other ? (users[other]?.name ?? other) : words[type]);
  });
}

/** What a conversation is called: its name or, a direct one, the other's. */
export function useTitle(conversation: Pick<Conversation, "id" | "type" | "name"> | undefined): string {
  const words = useWords();
  const other = useOther(conversation);
  const name = useName(other);
  if (conversation?.name) return conversation.name;
  return other ? name : conversation ? words[conversation.type] : "…";
}
