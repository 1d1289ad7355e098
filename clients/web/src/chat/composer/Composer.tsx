import { useChat, useTyping, useUploads } from "@parley/react";
import { useEffect, useId, useRef, useState, type ClipboardEvent, type FormEvent, type KeyboardEvent } from "react";
import { EmojiGrid } from "../messages/EmojiGrid";
import { Quote, quoting } from "../messages/Quote";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { IconButton } from "../ui/IconButton";
import { Popover } from "../ui/Popover";
import { AttachedFiles } from "./AttachedFiles";
import "./composer.css";
import { keepDraft, readDraft } from "./drafts";
import { useDroppedFiles } from "./dropping";
import { UnfinishedUploads } from "./UnfinishedUploads";
import { VoiceRecorder } from "./VoiceRecorder";

interface Props {
  label: string;
  conversation: string;
  root?: string;
  quoted?: string;
  onQuoted(): void;
  archived?: boolean;
}

/** Where a message is written, with its files. Enter sends, Shift+Enter makes a line, and what an input method composes is left alone. */
export function Composer({ label, conversation, root, quoted, onQuoted, archived = false }: Props) {
  const words = useWords();
  const chat = useChat();
  const { userId, uploads } = useSession();
  const { type } = useTyping(conversation);
  const place = root ?? conversation;
  const [text, setText] = useState(() => readDraft(userId, place));
  const files = useUploads(uploads, { conversationId: conversation });
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const dropping = useDroppedFiles(form, files.add);
  const ready = files.items.every((each) => each.status === "ready");
  const sendable = ready && (text.trim().length > 0 || files.items.length > 0);
  useEffect(() => {
    if (quoted) field.current?.focus();
  }, [quoted]);

  const write = (next: string) => {
    setText(next);
    keepDraft(userId, place, next);
    if (!root) type(!!next);
  };
  const send = () => {
    if (!sendable) return;
    const attachments = files.items.flatMap((each) => each.media?.id ?? []);
    const draft = { text: text.trim(), ...(attachments.length ? { attachments } : {}), ...(root ? { parent_id: root } : {}), ...(quoted ? quoting(quoted) : {}) };
    write("");
    files.clear();
    onQuoted();
    chat.send(conversation, draft).catch((failure: unknown) => {
      setText((now) => now || text);
      chat.failed(failure);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && quoted) return onQuoted();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    files.add([...event.clipboardData.files]);
  };
  const insert = (emoji: string) => {
    const { current } = field;
    const at = current?.selectionStart ?? text.length;
    write(text.slice(0, at) + emoji + text.slice(current?.selectionEnd ?? at));
    current?.focus();
  };
  if (archived) return null;
  return (
    <form
      ref={form}
      className="composer"
      data-dropping={dropping || undefined}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      {dropping && <p className="drop-hint">{words.dropHere}</p>}
      {quoted && (
        <div className="quoting">
          <Quote id={quoted} />
          <IconButton icon="close" label={words.remove} onClick={onQuoted} />
        </div>
      )}
      {!root && <UnfinishedUploads active={files.items} onGoOn={files.goOn} />}
      <AttachedFiles files={files} />
      <div className="composer-row">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={words.attach}
          onChange={({ target }) => {
            files.add([...(target.files ?? [])]);
            target.value = "";
          }}
        />
        <IconButton icon="attach" label={words.attach} onClick={() => picker.current?.click()} />
        <label htmlFor={id} className="hidden">
          {label}
        </label>
        <textarea
          ref={field}
          id={id}
          dir="auto"
          rows={1}
          maxLength={20_000}
          placeholder={label}
          value={text}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onChange={(event) => write(event.target.value)}
        />
        <Popover icon="smile" label={words.emoji}>
          {(close) => (
            <EmojiGrid
              onChoose={(emoji) => {
                close();
                insert(emoji);
              }}
            />
          )}
        </Popover>
        {!text && !files.items.length && <VoiceRecorder onRecorded={(file) => files.add([file])} />}
        {(text || files.items.length > 0) && (
          <button type="submit" className="icon-button send" aria-label={words.send} title={words.send} disabled={!sendable}>
            <SendIcon />
          </button>
        )}
      </div>
    </form>
  );
}

function SendIcon() {
  return (
    <svg className="icon mirrored" viewBox="0 0 24 24" aria-hidden="true">
      <path className="filled" d="M3.5 4.5 21 12 3.5 19.5 6 12z" />
    </svg>
  );
}
