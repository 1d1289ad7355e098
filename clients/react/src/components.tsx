import { useEffect, useId, useLayoutEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from "react";
import type { Conversation, Message, Pending, Thread as FollowedThread, Uploads, components } from "@parley/client";
import { useChat, useConversations, useMessages, useThread, useThreads, useTyping } from "./hooks.js";
import { useUpload } from "./uploads.js";

interface Named {
  /** What a screen reader says of it, in the user's language. */
  label: string;
  className?: string;
}

/** The conversations as a list of buttons. `children` shows one; its name and unread count if there is none. */
export function ConversationList({
  label,
  className,
  selected,
  onSelect,
  unreadLabel = (count) => `${count} unread`,
  children,
}: Named & {
  selected?: string;
  onSelect(id: string): void;
  unreadLabel?(count: number): string;
  children?(conversation: Conversation): ReactNode;
}) {
  const conversations = useConversations();
  return (
    <nav aria-label={label} className={className}>
      <ul>
        {conversations.map((each) => (
          <li key={each.id}>
            <button type="button" aria-current={each.id === selected ? "true" : undefined} onClick={() => onSelect(each.id)}>
              {children ? children(each) : <span dir="auto">{each.name ?? each.id}</span>}
              {!children && each.unread_count > 0 && <span aria-label={unreadLabel(each.unread_count)}>{each.unread_count}</span>}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The threads that the user follows as a list of buttons, newest reply first. `children` shows one; its root and unread count if there is none. */
export function ThreadList({
  label,
  className,
  selected,
  unreadOnly = false,
  onSelect,
  unreadLabel = (count) => `${count} unread`,
  children,
}: Named & {
  selected?: string;
  unreadOnly?: boolean;
  onSelect(thread: FollowedThread): void;
  unreadLabel?(count: number): string;
  children?(thread: FollowedThread): ReactNode;
}) {
  const threads = useThreads();
  return (
    <nav aria-label={label} aria-busy={!threads} className={className}>
      <ul>
        {threads
          ?.filter((each) => !unreadOnly || each.unread_count > 0)
          .map((each) => (
            <li key={each.id}>
              <button type="button" aria-current={each.id === selected ? "true" : undefined} onClick={() => onSelect(each)}>
                {children ? children(each) : <span dir="auto">{each.root.text}</span>}
                {!children && each.unread_count > 0 && <span aria-label={unreadLabel(each.unread_count)}>{each.unread_count}</span>}
              </button>
            </li>
          ))}
      </ul>
    </nav>
  );
}

/** Whether the user follows the thread under a message, and a button that changes it. */
export function FollowButton({
  messageId,
  className,
  followLabel = "Follow",
  unfollowLabel = "Stop following",
}: {
  messageId: string;
  className?: string;
  followLabel?: string;
  unfollowLabel?: string;
}) {
  const chat = useChat();
  const thread = useThread(messageId);
  if (!thread) return null;
  const change = () => (thread.following ? chat.threads.unfollow(messageId) : chat.threads.follow(messageId)).catch((failure: unknown) => chat.failed(failure));
  return (
    <button type="button" className={className} onClick={() => void change()}>
      {thread.following ? unfollowLabel : followLabel}
    </button>
  );
}

/**
 * The messages of a conversation, or of a thread under `parentId`, as a log that a screen reader reads on.
 *
 * It keeps to its end while its end is in view, keeps its place when older messages come, and marks what it shows as read.
 */
export function Thread({
  label,
  className,
  conversationId,
  parentId = null,
  earlierLabel = "Earlier messages",
  retryLabel = "Send again",
  discardLabel = "Discard",
  children,
  echo,
}: Named & {
  conversationId: string;
  parentId?: string | null;
  earlierLabel?: string;
  retryLabel?: string;
  discardLabel?: string;
  children?(message: Message): ReactNode;
  echo?(pending: Pending): ReactNode;
}) {
  const chat = useChat();
  const { messages, echoes, loading, hasEarlier, loadEarlier, retry, discard } = useMessages(conversationId, parentId);
  const unreadReplies = useThread(parentId)?.unread_count ?? 0;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ first: "", height: 0 });
  const first = messages[0]?.id ?? "";
  const last = messages.at(-1)?.id;
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    if (atEnd.current) current.scrollTop = current.scrollHeight;
    else if (first !== before.current.first) current.scrollTop += current.scrollHeight - before.current.height;
    before.current = { first, height: current.scrollHeight };
  }, [first, last, echoes.length]);
  useEffect(() => {
    if (!last || !atEnd.current) return;
    const marking = parentId ? chat.threads.markRead(parentId) : chat.markRead(conversationId);
    marking.catch((failure: unknown) => chat.failed(failure));
  }, [chat, conversationId, parentId, last, unreadReplies]);
  const onScroll = () => {
    const { current } = box;
    if (current) atEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < 8;
  };
  return (
    <div ref={box} role="log" aria-label={label} aria-busy={loading} tabIndex={0} className={className} onScroll={onScroll}>
      {hasEarlier && (
        <button type="button" onClick={() => void loadEarlier().catch((failure: unknown) => chat.failed(failure))}>
          {earlierLabel}
        </button>
      )}
      <ol>
        {messages.map((each) => (
          <li key={each.id} data-mine={each.author_id === chat.userId || undefined} data-deleted={!!each.deleted_at || undefined}>
            {children ? children(each) : <Plain message={each} />}
          </li>
        ))}
        {echoes.map((each) => (
          <li key={each.key} data-mine data-status={each.status}>
            {echo ? echo(each) : <p dir="auto">{each.message.text}</p>}
            {each.status === "failed" && (
              <span role="alert">
                {each.error?.message} <button type="button" onClick={() => void retry(each.key)}>{retryLabel}</button>{" "}
                <button type="button" onClick={() => void discard(each.key)}>{discardLabel}</button>
              </span>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Plain({ message }: { message: Message }) {
  return (
    <>
      <b dir="auto">{message.author_id}</b> <time dateTime={message.created_at}>{new Date(message.created_at).toLocaleTimeString()}</time>
      <p dir="auto">{message.text}</p>
    </>
  );
}

/** Where a message is written. Enter sends, Shift+Enter makes a line, and what an input method composes is left alone. */
export function Composer({
  label,
  className,
  conversationId,
  parentId = null,
  sendLabel = "Send",
  attachments,
  onSent,
}: Named & {
  conversationId: string;
  parentId?: string | null;
  sendLabel?: string;
  /** Ids of media to send with it. */
  attachments?: string[];
  onSent?(pending: Pending): void;
}) {
  const chat = useChat();
  const { type } = useTyping(conversationId);
  const [text, setText] = useState("");
  const id = useId();
  const empty = !text.trim() && !attachments?.length;
  const send = () => {
    if (empty) return;
    setText("");
    type(false);
    const message = { text, ...(attachments?.length ? { attachments } : {}), ...(parentId ? { parent_id: parentId } : {}) };
    chat.send(conversationId, message).then(onSent, (failure: unknown) => {
      setText((now) => now || text);
      chat.failed(failure);
    });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form className={className} onSubmit={onSubmit}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        dir="auto"
        rows={1}
        maxLength={20_000}
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.target.value);
          type(!!event.target.value);
        }}
      />
      <button type="submit" disabled={empty}>
        {sendLabel}
      </button>
    </form>
  );
}

/** A field for a file, its progress, and a button to pause and resume. */
export function UploadField({
  label,
  className,
  uploads,
  conversationId,
  pauseLabel = "Pause",
  resumeLabel = "Resume",
  failureLabel = (failure) => (failure instanceof Error ? failure.message : String(failure)),
  onReady,
}: Named & {
  uploads: Uploads;
  conversationId?: string;
  pauseLabel?: string;
  resumeLabel?: string;
  failureLabel?(failure: unknown): string;
  onReady(media: components["schemas"]["Media"]): void;
}) {
  const upload = useUpload(uploads, conversationId ? { conversationId } : {});
  const id = useId();
  const { status } = upload;
  const take = async (file: File) => {
    const media = await upload.start(file);
    if (media) onReady(media);
  };
  return (
    <div className={className}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="file"
        disabled={status === "uploading" || status === "checking"}
        onChange={({ target }) => {
          const file = target.files?.[0];
          target.value = "";
          if (file) void take(file);
        }}
      />
      {(status === "uploading" || status === "paused" || status === "checking") && <progress aria-label={upload.filename} max={1} value={upload.progress} />}
      {status === "uploading" && <button type="button" onClick={upload.pause}>{pauseLabel}</button>}
      {status === "paused" && <button type="button" onClick={upload.resume}>{resumeLabel}</button>}
      {status === "failed" && <p role="alert">{failureLabel(upload.failure)}</p>}
    </div>
  );
}
