import { useConversation, useDraft, useTyping, useUploads } from "@parley/react";
import { useEffect, useId, useRef, useState, type ClipboardEvent, type FormEvent, type KeyboardEvent } from "react";
import { useIsFrozenForMe, useMayI } from "../conversations/rights";
import { EmojiGrid } from "../messages/EmojiGrid";
import { Quoted } from "../messages/Quote";
import { PollDialog } from "../polls/PollDialog";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
import { Popover } from "../ui/Popover";
import { AttachedFiles } from "./AttachedFiles";
import { useCommandOffer } from "./commanding";
import { CommandOffer } from "./CommandOffer";
import "./composer.css";
import { useDroppedFiles } from "./dropping";
import { GroupOffer } from "./GroupOffer";
import { mentionedIn } from "./mentioning";
import { MomentDialog, tomorrow } from "./MomentDialog";
import { useGroupOffer } from "./offering";
import { SlowMode } from "./SlowMode";
import { useTurn } from "./turn";
import { UnfinishedUploads } from "./UnfinishedUploads";
import { VoiceRecorder } from "./VoiceRecorder";

interface Props {
  label: string;
  conversation: string;
  root?: string;
  quoted?: string;
  onQuoted(): void;
}

/** Where a message is written, with its files; where the user may not, why. Enter sends, Shift+Enter makes a line, and what an input method composes is left alone. */
export function Composer({ label, conversation, root, quoted, onQuoted }: Props) {
  const mayI = useMayI();
  const isFrozenForMe = useIsFrozenForMe();
  const words = useWords();
  const { uploads, chat } = useSession();
  const about = useConversation(conversation);
  const turn = useTurn(conversation);
  const { type } = useTyping(conversation);
  const { text, write: keep } = useDraft(conversation, root ?? null);
  const files = useUploads(uploads, { conversationId: conversation });
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [asking, setAsking] = useState(false);
  const [timing, setTiming] = useState(false);
  const dropping = useDroppedFiles(form, files.add);
  const ready = files.items.every((each) => each.status === "ready");
  const complete = ready && (text.trim().length > 0 || files.items.length > 0);
  const sendable = turn.mine && complete;
  useEffect(() => {
    if (quoted) field.current?.focus();
  }, [quoted]);

  const write = (next: string) => {
    void keep(next);
    if (!root) type(!!next);
  };
  const offer = useGroupOffer(field, text, write);
  const commands = useCommandOffer(conversation, field, text, write);
  const said = () => {
    const attachments = files.items.flatMap((each) => each.media?.id ?? []);
    const groups = mentionedIn(text, offer.known);
    return { text: text.trim(), ...(groups.length ? { mentioned_groups: groups } : {}), ...(attachments.length ? { attachments } : {}), ...(root ? { parent_id: root } : {}), ...(quoted ? { quoted_message_id: quoted } : {}) };
  };
  const empty = () => {
    write("");
    files.clear();
    onQuoted();
  };
  const send = () => {
    if (!sendable) return;
    const message = said();
    const command = files.items.length ? undefined : commands.meant();
    empty();
    const sent = command ? commands.run({ ...command, ...(root ? { parent_id: root } : {}) }) : chat.send(conversation, message);
    sent.catch((failure: unknown) => {
      if (!chat.drafts.of(conversation, root ?? null)?.text) void keep(text);
      chat.failed(failure);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (offer.onKey(event) || commands.onKey(event)) return;
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
  if (about?.archived_at) return null;
  const locked = isFrozenForMe(about) ? words.frozenNote : !mayI(about, root ? "reply" : "post") && words.mayNotWrite;
  if (locked)
    return (
      <p className="composer-locked" role="status">
        <Icon name="lock" />
        {locked}
      </p>
    );
  const written = (
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
          <Quoted id={quoted} />
          <IconButton icon="close" label={words.remove} onClick={onQuoted} />
        </div>
      )}
      {!root && <UnfinishedUploads active={files.items} onGoOn={files.goOn} />}
      <AttachedFiles files={files} />
      {turn.every > 0 && <SlowMode turn={turn} />}
      {offer.open && <GroupOffer {...offer} onChoose={offer.choose} />}
      {commands.open && <CommandOffer {...commands} onChoose={commands.choose} />}
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
        <IconButton icon="poll" label={words.newPoll} disabled={!turn.mine} onClick={() => setAsking(true)} />
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
          onBlur={() => {
            offer.close();
            commands.close();
          }}
          onChange={({ target }) => {
            write(target.value);
            offer.look(target.value, target.selectionStart);
            commands.look(target.value);
          }}
          {...offer.described}
          {...commands.described}
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
          <>
            <IconButton icon="clock" label={words.sendLater} disabled={!complete} onClick={() => setTiming(true)} />
            <button type="submit" className="icon-button send" aria-label={words.send} title={words.send} disabled={!sendable}>
              <SendIcon />
            </button>
          </>
        )}
      </div>
    </form>
  );
  return (
    <>
      {written}
      {timing && (
        <MomentDialog
          title={words.sendLater}
          act={words.schedule}
          first={tomorrow()}
          onChoose={(at, key) => chat.own.scheduled.add(conversation, said(), at, key).then(empty)}
          onDone={() => setTiming(false)}
        />
      )}
      {asking && <PollDialog conversation={conversation} {...(root ? { root } : {})} onDone={() => setAsking(false)} />}
    </>
  );
}

function SendIcon() {
  return (
    <svg className="icon mirrored" viewBox="0 0 24 24" aria-hidden="true">
      <path className="filled" d="M3.5 4.5 21 12 3.5 19.5 6 12z" />
    </svg>
  );
}
