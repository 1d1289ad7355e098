import type { EphemeralMessage } from "@parley/client";
import { useEphemeralMessages } from "@parley/react";
import { useName } from "../conversations/names";
import { useWords } from "../preferences";
import { IconButton } from "../ui/IconButton";
import { MessageText } from "./MessageText";

/** What the user alone sees, under the messages, until they dismiss it. */
export function EphemeralMessages({ conversation }: { conversation: string }) {
  const words = useWords();
  const { messages, dismiss } = useEphemeralMessages(conversation);
  return (
    <div className="ephemeral" role="log" aria-label={words.onlyYouSee}>
      {messages.map((each) => (
        <Row key={each.id} message={each} onDismiss={() => dismiss(each.id)} />
      ))}
    </div>
  );
}

function Row({ message, onDismiss }: { message: EphemeralMessage; onDismiss(): void }) {
  const words = useWords();
  const author = useName(message.author_id);
  return (
    <article>
      <div>
        <p className="quiet">{`${author} · ${words.onlyYouSee}`}</p>
        <MessageText text={message.text} />
      </div>
      <IconButton icon="close" label={words.dismiss} onClick={onDismiss} />
    </article>
  );
}
