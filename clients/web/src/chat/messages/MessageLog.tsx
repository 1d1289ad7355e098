import { useChat, useChatState, useConversation, useMessages, useReceipts, useThread } from "@parley/react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { placeOf } from "../places";
import { useWords } from "../preferences";
import { useFormats } from "../ui/times";
import { IconButton } from "../ui/IconButton";
import "./messages.css";
import { MessageRow } from "./MessageRow";
import { PendingRow } from "./PendingRow";
import { firstUnread, rowsOf, seenUnder } from "./rows";

const ESTIMATED = 64;
const OVERSCAN = 6;
/** So many rows before an end of what is held, more is fetched. */
const AHEAD = 8;
const AT_END = 60;
const FLASH = 2_000;

interface Props {
  label: string;
  conversation: string;
  /** The message whose thread is shown, in place of the conversation. */
  root?: string;
  message?: string;
  jump: number;
  onQuote(id: string): void;
  onThread?(root: string): void;
  onJump(message: Parameters<typeof placeOf>[0]): void;
}

/**
 * Messages as a log of which only what is in view is in the document, however long it is.
 *
 * It keeps to its end while its end is in view, keeps its place while older ones come, and fetches at both ends.
 */
export function MessageLog({ label, conversation, root, message, jump, onQuote, onThread, onJump }: Props) {
  const words = useWords();
  const formats = useFormats();
  const chat = useChat();
  const userId = chat.userId ?? "";
  const line = useMessages(conversation, root ?? null, message ?? null);
  const { messages, echoes, loading, hasEarlier, hasLater, loadEarlier, loadLater, showLatest, showAround } = line;
  const inConversation = useConversation(conversation)?.unread_count ?? 0;
  const thread = useThread(root ?? null);
  const unread = root ? (thread?.unread_count ?? 0) : inConversation;
  const online = useChatState((state) => state.connection === "open");
  const receipts = useReceipts(conversation);
  const lastMine = useMemo(() => (hasLater ? undefined : [...messages].reverse().find((each) => each.author_id === userId && !each.deleted_at)?.id), [messages, hasLater, userId]);
  const [unreadFrom, markUnread] = useUnreadFrom(conversation, unread, lastMine);
  const opened = useFirstNew(messages, message ? 0 : unread, userId, !root || !!thread);
  const firstNew = unreadFrom ?? opened;
  const pending = hasLater ? [] : echoes;
  const rows = useMemo(() => rowsOf(messages, pending, firstNew, userId), [messages, pending, firstNew, userId]);
  const seen = useMemo(() => (root ? new Map<string, string[]>() : seenUnder(messages, receipts, userId)), [messages, receipts, userId, root]);
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [active, setActive] = useState<string>();
  const [flashed, setFlashed] = useState<string>();

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ESTIMATED,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: OVERSCAN,
    paddingStart: 12,
    paddingEnd: 8,
    anchorTo: "end",
    followOnAppend: !hasLater,
    scrollEndThreshold: AT_END,
    onChange: (instance) => setAtEnd(instance.isAtEnd(AT_END)),
  });

  // The end is where a log begins, unless it was opened at a message.
  const placed = useRef(false);
  useEffect(() => {
    if (placed.current || !rows.length) return;
    placed.current = true;
    if (!message) virtual.scrollToEnd();
  }, [rows.length, message, virtual]);

  // Jumps to the message that was asked for, once it is among those held.
  const jumped = useRef(0);
  const target = message ? rows.findIndex((row) => row.key === message) : -1;
  useEffect(() => {
    if (!message || jumped.current === jump) return;
    if (target < 0) {
      if (!loading) void showAround(message).catch((failure: unknown) => chat.failed(failure));
      return;
    }
    jumped.current = jump;
    virtual.scrollToIndex(target, { align: "center" });
    setActive(message);
    setFlashed(message);
  }, [message, jump, target, loading, showAround, virtual, chat]);
  useEffect(() => {
    const timer = flashed ? setTimeout(() => setFlashed(undefined), FLASH) : undefined;
    return () => clearTimeout(timer);
  }, [flashed]);

  const items = virtual.getVirtualItems();
  const [from, to] = [items[0]?.index ?? AHEAD, items.at(-1)?.index ?? 0];
  const [fetching, setFetching] = useState(false);
  useEffect(() => {
    if (loading || fetching || !placed.current || !online) return;
    const fetch = hasEarlier && from < AHEAD ? loadEarlier : hasLater && to > rows.length - AHEAD ? loadLater : undefined;
    if (!fetch) return;
    setFetching(true);
    fetch()
      .catch((failure: unknown) => chat.failed(failure))
      .finally(() => setFetching(false));
  }, [chat, loading, fetching, online, hasEarlier, hasLater, loadEarlier, loadLater, from, to, rows.length]);

  const inView = !unreadFrom && atEnd && !hasLater ? messages.at(-1)?.id : undefined;
  useMarkedRead(conversation, root, unread > 0 ? inView : undefined, unread);

  const toLatest = useCallback(async () => {
    if (hasLater) await showLatest();
    virtual.scrollToEnd();
  }, [hasLater, showLatest, virtual]);

  const onKeyDown = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!row || event.target !== row.querySelector(".message")) return;
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!step) return;
    event.preventDefault();
    let next = Number(row.dataset["index"]) + step;
    while (rows[next] && rows[next]?.kind !== "message") next += step;
    const { key } = rows[next] ?? {};
    if (!key) return;
    setActive(key);
    virtual.scrollToIndex(next, { align: "auto" });
    const message = () => box.current?.querySelector<HTMLElement>(`.message[data-id="${CSS.escape(key)}"]`);
    const focus = () => message()?.focus({ preventScroll: true });
    if (message()) focus();
    else requestAnimationFrame(focus);
  };

  const lastKey = messages.at(-1)?.id;
  const focusable = items.some((item) => item.key === active) ? active : lastKey;
  return (
    <div className="log-place">
      <div ref={box} className="log" role="log" aria-label={label} aria-busy={loading} tabIndex={rows.length ? -1 : 0} onKeyDown={onKeyDown}>
        {loading && <p className="quiet empty">{words.loading}</p>}
        {!loading && !rows.length && <p className="quiet empty">{words.nothingYet}</p>}
        <div className="log-rows" style={{ height: virtual.getTotalSize() }}>
          <div className="log-window" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              return (
                <div key={row.key} data-index={item.index} ref={virtual.measureElement} data-flash={row.key === flashed || undefined}>
                  {row.kind === "day" && (
                    <p className="separator">
                      <span>{formats.day(row.day)}</span>
                    </p>
                  )}
                  {row.kind === "new" && (
                    <p className="separator new">
                      <span>{words.newMessages}</span>
                    </p>
                  )}
                  {row.kind === "message" && (
                    <MessageRow
                      message={row.message}
                      first={row.first}
                      seenBy={seen.get(row.key)}
                      newest={!root && row.key === lastMine}
                      focusable={row.key === focusable}
                      active={row.key === active}
                      onActive={setActive}
                      onQuote={onQuote}
                      onThread={root ? undefined : onThread}
                      onUnread={markUnread}
                      onJump={onJump}
                    />
                  )}
                  {row.kind === "pending" && <PendingRow pending={row.pending} first={row.first} onRetry={line.retry} onDiscard={line.discard} />}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {(!atEnd || hasLater) && rows.length > 0 && (
        <IconButton
          icon="down"
          className="to-latest"
          label={words.toLatest}
          onClick={() => void toLatest().catch((failure: unknown) => chat.failed(failure))}
        />
      )}
    </div>
  );
}

/** The first message that was unread when the conversation was opened: it stays so while it is shown. */
function useFirstNew(messages: readonly Parameters<typeof firstUnread>[0][number][], unread: number, userId: string, counted: boolean): string | undefined {
  const found = useRef<{ id: string | undefined }>(undefined);
  if (!found.current && counted && messages.length) found.current = { id: firstUnread(messages, unread, userId) };
  return found.current?.id;
}

/** From which message on the user wants it unread: it stays so, though it is in view, until it is read elsewhere, answered or left. */
function useUnreadFrom(conversation: string, unread: number, lastMine: string | undefined): [string | undefined, (id: string) => void] {
  const chat = useChat();
  const [from, setFrom] = useState<string>();
  const before = useRef({ unread, lastMine });
  useEffect(() => {
    const isRead = before.current.unread && !unread;
    const isAnswered = lastMine && lastMine !== before.current.lastMine; // another's may have come before that was counted
    if (isRead || isAnswered) setFrom(undefined);
    before.current = { unread, lastMine };
  }, [unread, lastMine]);
  const mark = useCallback(
    (id: string) => {
      setFrom(id);
      chat.markUnread(conversation, id).catch((failure: unknown) => {
        setFrom(undefined);
        chat.failed(failure);
      });
    },
    [chat, conversation],
  );
  return [from, mark];
}

/** Marks as read what is in view of somebody who looks: of a conversation or, under `root`, of a thread up to `newest`. */
function useMarkedRead(conversation: string, root: string | undefined, newest: string | undefined, unread: number): void {
  const chat = useChat();
  const [looks, setLooks] = useState(() => document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setLooks(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  const online = useChatState((state) => state.connection === "open");
  useEffect(() => {
    if (!looks || !newest || !online) return;
    const marking = root ? chat.threads.markRead(root, newest) : chat.markRead(conversation);
    marking.catch((failure: unknown) => chat.failed(failure));
  }, [chat, conversation, root, looks, newest, unread, online]);
}
