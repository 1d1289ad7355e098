import type { Pending } from "@parley/client";
import { useChatState } from "@parley/react";
import { useTurn } from "../composer/turn";
import { useWords } from "../preferences";
import { MessageText } from "./MessageText";

/** A message on its way; one that was refused can be sent again, or forgotten. */
export function PendingRow({ pending, first, onRetry, onDiscard }: { pending: Pending; first: boolean; onRetry(key: string): Promise<void>; onDiscard(key: string): Promise<void> }) {
  const words = useWords();
  const online = useChatState((state) => state.connection === "open");
  const { key, message, status, error } = pending;
  const turn = useTurn(pending.conversationId);
  return (
    <article className="message" data-mine data-first={first || undefined} data-status={status} aria-label={words.you}>
      <div className="message-body">
        <div className="bubble">
          {message.attachments?.length ? <p className="quiet">{words.attachment}</p> : null}
          {(message.text || message.poll) && <MessageText text={message.text || (message.poll?.question ?? "")} />}
        </div>
        {status === "failed" ? (
          <p className="not-sent" role="alert">
            <span title={error?.message}>{words.notSent}</span>
            <button type="button" disabled={!turn.mine} onClick={() => void onRetry(key)}>
              {words.sendAgain}
            </button>
            <button type="button" onClick={() => void onDiscard(key)}>
              {words.discard}
            </button>
          </p>
        ) : (
          <p className="on-its-way">{online ? words.sending : words.waits}</p>
        )}
      </div>
    </article>
  );
}
