import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from "react";
import { echoesOf, type Chat, type ChatState, type Draft, type People } from "@parley/client";

const Context = createContext<Chat | undefined>(undefined);
const NOBODY: readonly string[] = [];
const NOTHING: readonly never[] = [];
const held = new WeakMap<Chat, Map<string, number>>();

/** Watches a conversation until the last that shows it lets go: a thread stands beside its conversation. */
function hold(chat: Chat, id: string): () => void {
  const counts = held.get(chat) ?? new Map<string, number>();
  held.set(chat, counts);
  counts.set(id, (counts.get(id) ?? 0) + 1);
  chat.events.watch(id);
  return () => {
    const left = (counts.get(id) ?? 1) - 1;
    if (left) return void counts.set(id, left);
    counts.delete(id);
    chat.leave(id);
  };
}

/** Gives a chat to what is within. Who made the chat starts and stops it. */
export function ChatProvider({ chat, children }: { chat: Chat; children?: ReactNode }) {
  return <Context value={chat}>{children}</Context>;
}

/** The chat of the nearest `ChatProvider`. */
export function useChat(): Chat {
  const chat = useContext(Context);
  if (!chat) throw new Error("There is no ChatProvider above");
  return chat;
}

/** A part of the state. `select` gives something of the state, not something new. */
export function useChatState<T>(select: (state: ChatState) => T): T {
  const { store } = useChat();
  const read = () => select(store.getSnapshot());
  return useSyncExternalStore(store.subscribe, read, read);
}

/** The conversations by last activity. */
export function useConversations() {
  return useChatState((state) => state.conversations);
}

/**
 * The messages of a conversation, or of the thread under `parentId`; they are opened, and kept up while shown.
 *
 * `at` opens a conversation around that message in place of its end.
 */
export function useMessages(conversationId: string, parentId: string | null = null, at: string | null = null) {
  const chat = useChat();
  const id = parentId ?? conversationId;
  const line = useChatState((state) => state.timelines[id]);
  const pending = useChatState((state) => state.pending);
  const connection = useChatState((state) => state.connection);
  const online = connection === "open";
  useEffect(() => hold(chat, conversationId), [chat, conversationId]);
  const opened = useRef<string>(undefined);
  useEffect(() => {
    // Who reads what is older stays there when the network comes back.
    const again = opened.current === id && !!chat.store.line(id);
    if (!parentId && again) return;
    opened.current = id;
    const opening = parentId ? chat.openThread(parentId) : at ? chat.openAround(conversationId, at) : chat.open(conversationId);
    opening.catch((failure: unknown) => chat.failed(failure));
    // `at` says where it opens; `showAround` shows another message later.
  }, [chat, conversationId, parentId, online]);
  const echoes = useMemo(() => echoesOf({ ...chat.store.getSnapshot(), pending }, conversationId, parentId), [chat, pending, conversationId, parentId]);
  const send = useCallback(
    (draft: Draft | string) => {
      const whole = typeof draft === "string" ? { text: draft } : draft;
      return chat.send(conversationId, parentId ? { ...whole, parent_id: parentId } : whole);
    },
    [chat, conversationId, parentId],
  );
  return {
    messages: line?.messages ?? NOTHING,
    /** The caller's messages that are on their way. */
    echoes,
    /** Whether the history has not come yet. */
    loading: !line,
    hasEarlier: line?.hasEarlier ?? false,
    loadEarlier: useCallback(() => chat.loadEarlier(id), [chat, id]),
    /** Whether the newest messages are not among those held. */
    hasLater: line?.hasLater ?? false,
    loadLater: useCallback(() => chat.loadLater(id), [chat, id]),
    showAround: useCallback((messageId: string) => chat.openAround(conversationId, messageId), [chat, conversationId]),
    showLatest: useCallback(() => (parentId ? chat.openThread(parentId) : chat.open(conversationId)), [chat, conversationId, parentId]),
    send,
    retry: useCallback((key: string) => chat.outbox.retry(key), [chat]),
    discard: useCallback((key: string) => chat.outbox.discard(key), [chat]),
  };
}

/** Who else types in a conversation, and what to call at each key. */
export function useTyping(conversationId: string) {
  const chat = useChat();
  const who = useChatState((state) => state.typing[conversationId] ?? NOBODY);
  return { who, type: useCallback((typing = true) => chat.typing(conversationId, typing), [chat, conversationId]) };
}

/** How a user shows: undefined until something was told. */
export function usePresence(userId: string) {
  return useChatState((state) => state.presence[userId]);
}

/** Unread messages of a conversation or, without one, of all that are not muted: a badge's number. */
export function useUnread(conversationId?: string): number {
  const conversations = useConversations();
  return useMemo(
    () =>
      conversations
        .filter((each) => (conversationId ? each.id === conversationId : !each.muted))
        .reduce((sum, each) => sum + each.unread_count, 0),
    [conversations, conversationId],
  );
}

function usePeople<T>(select: (people: People) => T): T {
  const { directory } = useChat();
  const read = () => select(directory.getSnapshot());
  return useSyncExternalStore(directory.subscribe, read, read);
}

/** A user's name and avatar: undefined until they are read, null where there is no such user. */
export function useUser(id: string | undefined) {
  const chat = useChat();
  useEffect(() => {
    if (id) void chat.directory.wantUser(id);
  }, [chat, id]);
  return usePeople((people) => (id ? people.users[id] : undefined));
}

/** The first hundred members of a conversation: undefined until they are read. */
export function useMembers(conversationId: string | undefined) {
  const chat = useChat();
  const known = usePeople((people) => (conversationId ? people.members[conversationId] : undefined));
  useEffect(() => {
    if (conversationId && !known) void chat.directory.wantMembers(conversationId);
  }, [chat, conversationId, known]);
  return known;
}

const NOBODY_READ: Readonly<Record<string, number>> = {};

/** The `seq` up to which each member has read a conversation. */
export function useReceipts(conversationId: string) {
  const chat = useChat();
  const online = useChatState((state) => state.connection === "open");
  useEffect(() => {
    if (online) chat.loadReceipts(conversationId).catch((failure: unknown) => chat.failed(failure));
  }, [chat, conversationId, online]);
  return useChatState((state) => state.receipts[conversationId] ?? NOBODY_READ);
}
