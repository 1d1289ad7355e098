import { Refused } from "@parley/client";
import { useState, type FormEvent } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { openedBy, wayIn } from "./links";

/** Comes in by a link, or asks those who let people in. A channel that anybody may join is joined. */
export function JoinForm({ onOpen }: { onOpen(conversation: string): void }) {
  const words = useWords();
  const { api, chat, userId } = useSession();
  const [where, setWhere] = useState(() => openedBy() ?? "");
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const way = wayIn(where);
  const asks = !!way && "conversation" in way;
  const come = async (event: FormEvent) => {
    event.preventDefault();
    if (!way) return;
    setBusy(true);
    setSaid("");
    setFailure("");
    try {
      if ("token" in way) {
        const { id } = await api.post("/v1/invite-links/join", { body: { token: way.token } });
        await chat.refresh();
        onOpen(id);
      } else await ask(way.conversation);
      setWhere("");
      setText("");
    } catch (problem) {
      setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem)));
    }
    setBusy(false);
  };
  const ask = async (conversation: string) => {
    try {
      await chat.own.requests.ask(conversation, text.trim() || undefined);
      setSaid(words.asked);
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.code !== "join_requests_off") throw problem;
      await api.post("/v1/conversations/{conversation_id}/members", { path: { conversation_id: conversation }, body: { user_ids: [userId] } });
      await chat.refresh();
      onOpen(conversation);
    }
  };
  return (
    <form className="join-form" onSubmit={(event) => void come(event)}>
      <label className="field">
        {words.wayIn}
        <input value={where} dir="ltr" required onChange={({ target }) => setWhere(target.value)} />
      </label>
      {asks && (
        <label className="field">
          {words.sayToAdmins}
          <input value={text} dir="auto" maxLength={500} onChange={({ target }) => setText(target.value)} />
        </label>
      )}
      <p className="quiet" role="status">
        {said}
      </p>
      {failure && <p role="alert">{failure}</p>}
      <button type="submit" className="button" disabled={busy || !way}>
        {asks ? words.askToJoin : words.join}
      </button>
    </form>
  );
}
