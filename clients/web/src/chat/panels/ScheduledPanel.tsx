import type { Brief, ScheduledMessage } from "@parley/client";
import { useConversation, useScheduled } from "@parley/react";
import { useState } from "react";
import { MomentDialog, tomorrow } from "../composer/MomentDialog";
import { useTitle } from "../conversations/names";
import { useHeading } from "../messages/headings";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import { Panel } from "./Panel";

/** What the user has sent later, and what was refused when its moment came. */
export function ScheduledPanel({ onClose }: { onClose(): void }) {
  const words = useWords();
  const scheduled = useScheduled();
  return (
    <Panel title={words.scheduled} onClose={onClose}>
      {!scheduled && <p className="quiet empty">{words.loading}</p>}
      {scheduled?.length === 0 && <p className="quiet empty">{words.noScheduled}</p>}
      <ul className="hits">
        {scheduled?.map((each) => (
          <li key={each.id} className="bookmark">
            <Waiting scheduled={each} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Waiting({ scheduled: waiting }: { scheduled: ScheduledMessage }) {
  const words = useWords();
  const formats = useFormats();
  const { chat } = useSession();
  // As it was when its author began: what another device changes meanwhile is not overwritten.
  const [changing, setChanging] = useState<ScheduledMessage>();
  const { id, message, status, send_at, failure } = waiting;
  const title = useTitle(useConversation(message.conversation_id));
  const question = message.poll?.["question"];
  const attachments: Brief["attachments"] = [...message.attachments.map(() => "file" as const), ...(message.location ? ["location" as const] : [])];
  const heading = useHeading();
  const moment = formats.moment(send_at);
  return (
    <>
      <div className="hit">
        <Avatar id={message.conversation_id} name={title} size="small" />
        <b dir="auto">{title}</b>
        <span className="hit-text" dir="auto">
          {heading({ text: message.text || (typeof question === "string" ? question : ""), attachments })}
        </span>
        <span className="reminder" data-due={status === "failed"}>
          <Icon name={status === "failed" ? "warn" : "clock"} />
          {status === "failed" ? words.notSentSince(failure?.detail ?? "") : status === "sending" ? words.sending : words.sendsAt(moment)}
        </span>
      </div>
      {status !== "sending" && (
        <>
          <IconButton icon="edit" label={words.changeScheduled} onClick={() => setChanging(waiting)} />
          <IconButton icon="trash" label={words.takeBack} onClick={() => void chat.own.scheduled.remove(id).catch(chat.failed)} />
        </>
      )}
      {changing && (
        <MomentDialog
          title={words.changeScheduled}
          act={words.save}
          first={changing.status === "failed" ? tomorrow() : new Date(changing.send_at)}
          text={changing.message.text}
          textless={attachments.length > 0 || !!message.poll}
          onChoose={(at, _key, text) => chat.own.scheduled.edit(changing, { text, at })}
          onDone={() => setChanging(undefined)}
        />
      )}
    </>
  );
}
