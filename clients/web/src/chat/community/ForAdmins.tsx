import type { components, Conversation, JoinRequest } from "@parley/client";
import { useChat, useRequestsTo } from "@parley/react";
import { useCallback, useEffect, useState } from "react";
import { useName } from "../conversations/names";
import { useMayI } from "../conversations/rights";
import { useWords } from "../preferences";
import { useEvents, useSession } from "../session/session";
import { Avatar } from "../ui/Avatar";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import "./community.css";
import { CopyField } from "./CopyField";
import { InviteDialog } from "./InviteDialog";
import { LinksDialog } from "./LinksDialog";
import { addressOf } from "./links";

type Invite = components["schemas"]["Invite"];

const PAGE = 100;

/** How admins let people into a conversation: invites, links, and answers to those who ask. */
export function ForAdmins({ conversation }: { conversation: Conversation }) {
  const mayI = useMayI();
  const { id } = conversation;
  const inviting = mayI(conversation, "invite");
  const words = useWords();
  const { api, chat } = useSession();
  const [asking, setAsking] = useState<"invite" | "links">();
  const { takesRequests, invites, readAgain } = useDoor(id, inviting);
  const done = () => {
    setAsking(undefined);
    readAgain();
  };
  const take = (join_requests: boolean) => {
    api.put("/v1/conversations/{conversation_id}", { path: { conversation_id: id }, body: { join_requests } }).then(readAgain, chat.failed);
  };
  return (
    <div className="for-admins">
      {inviting && (
        <div className="tools">
          <button type="button" className="button plain" onClick={() => setAsking("invite")}>
            <Icon name="plus" />
            {words.invitePeople}
          </button>
          <button type="button" className="button plain" onClick={() => setAsking("links")}>
            <Icon name="link" />
            {words.inviteLinks}
          </button>
        </div>
      )}
      {mayI(conversation, "edit_details") && (
        <label className="check">
          <input type="checkbox" checked={!!takesRequests} disabled={takesRequests === undefined} onChange={({ target }) => take(target.checked)} />
          {words.takeRequests}
        </label>
      )}
      {takesRequests && <CopyField label={words.askAddress} text={addressOf("ask", id)} />}
      {mayI(conversation, "review_join_requests") && <Requests conversation={id} />}
      {invites.length > 0 && (
        <section>
          <h3>{words.invited}</h3>
          <ul aria-label={words.invited}>
            {invites.map((each) => (
              <Invited key={each.user_id} invite={each} onGone={readAgain} />
            ))}
          </ul>
        </section>
      )}
      {asking === "invite" && <InviteDialog conversation={id} onDone={done} />}
      {asking === "links" && <LinksDialog conversation={id} onDone={done} />}
    </div>
  );
}

/** Those who ask to join. */
function Requests({ conversation }: { conversation: string }) {
  const words = useWords();
  const requests = useRequestsTo(conversation);
  if (!requests?.length) return null;
  return (
    <section>
      <h3>{words.joinRequests}</h3>
      <ul aria-label={words.joinRequests}>
        {requests.map((each) => (
          <Asks key={each.user_id} request={each} />
        ))}
      </ul>
    </section>
  );
}

/** Whether people may ask, and who is invited; read anew when somebody comes in. */
function useDoor(id: string, inviting: boolean) {
  const { api, chat } = useSession();
  const [changes, setChanges] = useState(0);
  const [takesRequests, setTakesRequests] = useState<boolean>();
  const [invites, setInvites] = useState<readonly Invite[]>([]);
  const readAgain = useCallback(() => setChanges((count) => count + 1), []);
  useEvents(useCallback(({ type, conversation_id }) => conversation_id === id && /^(member\.added|conversation\.updated)$/.test(type) && readAgain(), [id, readAgain]));
  useEffect(() => {
    let shown = true;
    const path = { conversation_id: id };
    api.get("/v1/conversations/{conversation_id}", { path }).then(({ join_requests }) => shown && setTakesRequests(join_requests), chat.failed);
    if (inviting) api.get("/v1/conversations/{conversation_id}/invites", { path, query: { limit: PAGE } }).then(({ data }) => shown && setInvites(data), chat.failed);
    return () => void (shown = false);
  }, [api, chat, id, inviting, changes]);
  return { takesRequests, invites, readAgain };
}

function Asks({ request }: { request: JoinRequest }) {
  const words = useWords();
  const chat = useChat();
  const [busy, setBusy] = useState(false);
  const { conversation_id, user_id, text } = request;
  const name = useName(user_id);
  const to = chat.own.requestsTo(conversation_id);
  const answer = (act: () => Promise<unknown>) => {
    setBusy(true);
    act().catch((failure: unknown) => {
      setBusy(false);
      chat.failed(failure);
    });
  };
  return (
    <li className="asks">
      <Avatar id={user_id} name={name} />
      <b dir="auto">{name}</b>
      {text && <span dir="auto">{text}</span>}
      <span className="answers">
        <button type="button" className="button" disabled={busy} aria-label={`${words.letIn}: ${name}`} onClick={() => answer(() => to.approve(user_id))}>
          {words.letIn}
        </button>
        <button type="button" className="button plain" disabled={busy} aria-label={`${words.decline}: ${name}`} onClick={() => answer(() => to.decline(user_id))}>
          {words.decline}
        </button>
      </span>
    </li>
  );
}

function Invited({ invite, onGone }: { invite: Invite; onGone(): void }) {
  const words = useWords();
  const formats = useFormats();
  const { api, chat } = useSession();
  const { conversation_id, user_id, expires_at } = invite;
  const name = useName(user_id);
  const takeBack = () => {
    api.delete("/v1/conversations/{conversation_id}/invites/{user_id}", { path: { conversation_id, user_id } }).then(onGone, chat.failed);
  };
  return (
    <li className="asks">
      <Avatar id={user_id} name={name} />
      <b dir="auto">{name}</b>
      <span className="quiet">{words.endsAt(formats.moment(expires_at))}</span>
      <IconButton icon="close" label={`${words.takeInviteBack}: ${name}`} onClick={takeBack} />
    </li>
  );
}
