import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import { echoesOf, messageStatus, unreadReplies, type Chat, type ChatState, type Command, type Conversation, type CustomEvent, type DraftsState, type Message, type MessageStatus, type NewMessage, type OfferedCommand, type OwnList, type People, type Thread, type UserGroup } from "@parley/client";

const Context = createContext<Chat | undefined>(undefined);
const NOBODY: readonly string[] = [];
const NOTHING: readonly never[] = [];
const COMMANDS_FRESH = 60_000;
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

/** A conversation that is listed, or that is open though it is kept out of the list. */
export function useConversation(id: string | undefined): Conversation | undefined {
  return useChatState((state) => (id ? (state.conversations.find((each) => each.id === id) ?? state.aside[id]) : undefined));
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
    (message: NewMessage | string) => {
      const whole = typeof message === "string" ? { text: message } : message;
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

/** Calls for each of the app's own events in a conversation that is shown, and gives what sends one. */
export function useCustomEvents(conversationId: string, listener: (event: CustomEvent) => void) {
  const chat = useChat();
  const latest = useRef(listener);
  useEffect(() => void (latest.current = listener));
  useEffect(() => hold(chat, conversationId), [chat, conversationId]);
  useEffect(() => chat.onEvent((event) => event.conversation_id === conversationId && latest.current(event)), [chat, conversationId]);
  return useCallback((name: string, data?: Record<string, unknown>) => chat.sendEvent(conversationId, name, data), [chat, conversationId]);
}

/** What the user alone sees in a conversation, oldest first, and what to call to be rid of one. */
export function useEphemeralMessages(conversationId: string) {
  const chat = useChat();
  const messages = useChatState((state) => state.ephemeral[conversationId] ?? NOTHING);
  return { messages, dismiss: useCallback((id: string) => chat.dismiss(conversationId, id), [chat, conversationId]) };
}

/** The slash commands that the user may run in a conversation, read anew when they are wanted after a minute, and what runs one. */
export function useCommands(conversationId: string) {
  const chat = useChat();
  const [read, setRead] = useState<{ of: string; commands: readonly OfferedCommand[] }>({ of: "", commands: NOTHING });
  const asked = useRef({ of: "", at: 0 });
  const want = useCallback(() => {
    if (asked.current.of === conversationId && Date.now() - asked.current.at < COMMANDS_FRESH) return;
    asked.current = { of: conversationId, at: Date.now() };
    chat.commands(conversationId).then(
      (commands) => setRead({ of: conversationId, commands }),
      (failure: unknown) => {
        asked.current.at = 0;
        chat.failed(failure);
      },
    );
  }, [chat, conversationId]);
  const run = useCallback((command: Command) => chat.run(conversationId, command), [chat, conversationId]);
  return { commands: read.of === conversationId ? read.commands : NOTHING, want, run };
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

/** What the user has not sent yet, on all of their devices: by conversation or, of a thread, by the message that it hangs on. */
export function useDrafts(): DraftsState {
  const chat = useChat();
  const online = useChatState((state) => state.connection === "open");
  useEffect(() => {
    if (online) chat.drafts.want().catch((failure: unknown) => chat.failed(failure));
  }, [chat, online]);
  return useSyncExternalStore(chat.drafts.subscribe, chat.drafts.getSnapshot, chat.drafts.getSnapshot);
}

/** What has been written for a conversation or a thread, as the value of a field, and what to call at each key. */
export function useDraft(conversationId: string, parentId: string | null = null) {
  const chat = useChat();
  const draft = useDrafts()[parentId ?? conversationId]?.draft;
  const write = useCallback(
    (text: string) => chat.drafts.write(conversationId, { ...chat.drafts.of(conversationId, parentId), text }, parentId).catch((failure: unknown) => chat.failed(failure)),
    [chat, conversationId, parentId],
  );
  return { text: draft?.text ?? "", write };
}

/** How far a message of the user has come: `sent`, `delivered` or `seen`, and by whom; `useReceipts` of its conversation learns that. */
export function useMessageStatus(message: Message): MessageStatus {
  const receipts = useChatState((state) => state.receipts);
  const deliveries = useChatState((state) => state.deliveries);
  return useMemo(() => messageStatus(message, { receipts, deliveries }), [message, receipts, deliveries]);
}

/** The threads that the user follows, newest reply first: undefined until they are read. */
export function useThreads(): readonly Thread[] | undefined {
  const chat = useChat();
  const online = useChatState((state) => state.connection === "open");
  const threads = useChatState((state) => state.threads);
  const known = !!threads;
  useEffect(() => {
    if (online && !known) chat.threads.load().catch((failure: unknown) => chat.failed(failure));
  }, [chat, online, known]);
  return threads;
}

/** Unread replies in the threads that the user follows, but for those of muted conversations: a badge's number. */
export function useUnreadThreads(): number {
  const threads = useThreads();
  const conversations = useConversations();
  return useMemo(() => unreadReplies({ threads, conversations }), [threads, conversations]);
}

/** The thread under a message, followed or not: undefined until it is read, or where there is none. */
export function useThread(messageId: string | null): Thread | undefined {
  const chat = useChat();
  const online = useChatState((state) => state.connection === "open");
  useEffect(() => {
    if (online && messageId) chat.threads.open(messageId).catch((failure: unknown) => chat.failed(failure));
  }, [chat, messageId, online]);
  return useChatState((state) => (messageId ? state.openThreads[messageId] : undefined));
}

/** A list of the user's own, read once it is shown and kept up: undefined until then. */
function useOwn<T>(list: OwnList<T>): readonly T[] | undefined {
  const chat = useChat();
  const online = useChatState((state) => state.connection === "open");
  useEffect(() => {
    if (online) list.want().catch((failure: unknown) => chat.failed(failure));
  }, [chat, list, online]);
  return useSyncExternalStore(list.subscribe, list.getSnapshot, list.getSnapshot);
}

/** The messages that the user keeps for later, the newest first; `chat.own.bookmarks` changes them. */
export const useBookmarks = () => useOwn(useChat().own.bookmarks);

/** The messages that are sent later, the soonest first, and those that were refused then; `chat.own.scheduled` changes them. */
export const useScheduled = () => useOwn(useChat().own.scheduled);

/** Where the user is invited; `chat.own.invites` answers. */
export const useInvites = () => useOwn(useChat().own.invites);

/** What the user has asked to join, and has no answer to; `chat.own.requests` asks and withdraws. */
export const useOwnRequests = () => useOwn(useChat().own.requests);

/** Who asks to join a conversation, for its admins; `chat.own.requestsTo(id)` answers. */
export const useRequestsTo = (conversationId: string) => useOwn(useChat().own.requestsTo(conversationId));

/** Whom the user has muted; `chat.own.mutes` changes them. */
export const useUserMutes = () => useOwn(useChat().own.mutes);

/** What moderators have decided about messages of the user's, the newest first; `chat.own.decisions` appeals. */
export const useDecisions = () => useOwn(useChat().own.decisions);

/** The groups of users that a message may mention, read once they are shown and, where that is a while ago, anew. */
export function useUserGroups(wanted = true): readonly UserGroup[] {
  const { groups } = useChat();
  const online = useChatState((state) => state.connection === "open");
  useEffect(() => {
    if (wanted && online) groups.want();
  }, [groups, wanted, online]);
  return useSyncExternalStore(groups.subscribe, groups.getSnapshot, groups.getSnapshot);
}
