import type { OwnInvite, OwnJoinRequest } from "@parley/client";
import { useChat, useInvites, useOwnRequests } from "@parley/react";
import { useState } from "react";
import { useName } from "../conversations/names";
import { Panel } from "../panels/Panel";
import { useWords } from "../preferences";
import { Avatar } from "../ui/Avatar";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import "./community.css";
import { JoinForm } from "./JoinForm";

/** Where the user is invited, what they have asked to join, and the way in by a link. */
export function InvitesPanel({ onClose, onOpen }: { onClose(): void; onOpen(conversation: string): void }) {
  const words = useWords();
  const invites = useInvites();
  const requests = useOwnRequests();
  return (
    <Panel title={words.invites} className="community" onClose={onClose}>
      <div className="sections">
        <section>
          {!invites && <p className="quiet empty">{words.loading}</p>}
          {invites?.length === 0 && <p className="quiet empty">{words.noInvites}</p>}
          <ul aria-label={words.invites}>
            {invites?.map((each) => (
              <Invite key={each.conversation_id} invite={each} onOpen={onOpen} />
            ))}
          </ul>
        </section>
        {!!requests?.length && (
          <section>
            <h3>{words.ownRequests}</h3>
            <ul aria-label={words.ownRequests}>
              {requests.map((each) => (
                <Asked key={each.conversation_id} request={each} />
              ))}
            </ul>
          </section>
        )}
        <section>
          <h3>{words.joinElsewhere}</h3>
          <JoinForm onOpen={onOpen} />
        </section>
      </div>
    </Panel>
  );
}

function Invite({ invite, onOpen }: { invite: OwnInvite; onOpen(conversation: string): void }) {
  const words = useWords();
  const formats = useFormats();
  const chat = useChat();
  const [busy, setBusy] = useState(false);
  const inviter = useName(invite.invited_by);
  const { conversation_id: id, name, type, expires_at } = invite;
  const title = name ?? words[type];
  const answer = (act: () => Promise<unknown>) => {
    setBusy(true);
    act().catch((failure: unknown) => {
      setBusy(false);
      chat.failed(failure);
    });
  };
  const accept = async () => {
    await chat.own.invites.accept(id);
    await chat.refresh();
    onOpen(id);
  };
  return (
    <li className="asks">
      <Avatar id={id} name={title} />
      <b dir="auto">{title}</b>
      <span className="quiet">{words.invitedBy(inviter, formats.moment(expires_at))}</span>
      <span className="answers">
        <button type="button" className="button" disabled={busy} onClick={() => answer(accept)}>
          {words.join}
        </button>
        <button type="button" className="button plain" disabled={busy} onClick={() => answer(() => chat.own.invites.decline(id))}>
          {words.decline}
        </button>
      </span>
    </li>
  );
}

function Asked({ request }: { request: OwnJoinRequest }) {
  const words = useWords();
  const formats = useFormats();
  const chat = useChat();
  const title = request.name ?? (request.type ? words[request.type] : request.conversation_id);
  return (
    <li className="asks">
      <Avatar id={request.conversation_id} name={title} />
      <b dir="auto">{title}</b>
      <span className="quiet">{words.askedAt(formats.moment(request.created_at))}</span>
      {request.text && <span dir="auto">{request.text}</span>}
      <IconButton icon="close" label={words.withdraw} onClick={() => void chat.own.requests.withdraw(request.conversation_id).catch(chat.failed)} />
    </li>
  );
}
