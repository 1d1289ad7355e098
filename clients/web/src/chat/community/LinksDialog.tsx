import { Refused, type components } from "@parley/client";
import { useEffect, useState, type FormEvent } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { DialogFooter } from "../ui/DialogFooter";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import { CopyField } from "./CopyField";
import { addressOf } from "./links";

type Link = components["schemas"]["InviteLink"];

/** Seconds. */
const LIFETIMES = [3600, 86_400, 7 * 86_400, 30 * 86_400];
const MOST_USES = 10_000;

/** The links by which whoever has one joins a conversation: made, copied once, and taken back. */
export function LinksDialog({ conversation, onDone }: { conversation: string; onDone(): void }) {
  const words = useWords();
  const formats = useFormats();
  const { api, chat } = useSession();
  const [links, setLinks] = useState<readonly Link[]>();
  const [made, setMade] = useState<string>();
  const [lifetime, setLifetime] = useState(7 * 86_400);
  const [uses, setUses] = useState("");
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let shown = true;
    api.get("/v1/conversations/{conversation_id}/invite-links", { path: { conversation_id: conversation } }).then(({ data }) => shown && setLinks(data), chat.failed);
    return () => void (shown = false);
  }, [api, chat, conversation]);
  const trying = async (act: () => Promise<void>) => {
    setBusy(true);
    setFailure("");
    try {
      await act();
    } catch (problem) {
      setFailure(words.failed(problem instanceof Refused ? problem.message : String(problem)));
    }
    setBusy(false);
  };
  const make = (event: FormEvent) => {
    event.preventDefault();
    void trying(async () => {
      const body = { expires_in_seconds: lifetime, ...(uses ? { max_uses: Number(uses) } : {}) };
      const { token, ...link } = await api.post("/v1/conversations/{conversation_id}/invite-links", { path: { conversation_id: conversation }, body, idempotencyKey: key });
      setMade(addressOf("join", token));
      setLinks((now) => [...(now ?? []), link]);
      setKey(crypto.randomUUID());
    });
  };
  const remove = ({ id }: Link) =>
    void trying(async () => {
      await api.delete("/v1/conversations/{conversation_id}/invite-links/{link_id}", { path: { conversation_id: conversation, link_id: id } });
      setLinks((now) => now?.filter((each) => each.id !== id));
    });
  return (
    <Dialog title={words.inviteLinks} onClose={onDone} className="links-dialog">
      {!links && <p className="quiet">{words.loading}</p>}
      {links?.length === 0 && <p className="quiet">{words.noLinks}</p>}
      <ul aria-label={words.inviteLinks}>
        {links?.map((each) => (
          <li key={each.id}>
            <span>
              <b>{each.max_uses === null ? words.usedTimes(each.uses) : words.usedOf(each.uses, each.max_uses)}</b>
              <span className="quiet">{words.endsAt(formats.moment(each.expires_at))}</span>
            </span>
            <IconButton icon="trash" label={words.revokeLink} disabled={busy} onClick={() => remove(each)} />
          </li>
        ))}
      </ul>
      {made && <CopyField label={words.newLink} hint={words.linkShownOnce} text={made} />}
      <form onSubmit={make}>
        <label className="field">
          {words.linkHolds}
          <select
            value={lifetime}
            onChange={({ target }) => {
              setLifetime(Number(target.value));
              setKey(crypto.randomUUID());
            }}
          >
            {LIFETIMES.map((each) => (
              <option key={each} value={each}>
                {formats.duration(each)}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          {words.linkUses}
          <input
            type="number"
            min={1}
            max={MOST_USES}
            value={uses}
            placeholder={words.anyNumber}
            onChange={({ target }) => {
              setUses(target.value);
              setKey(crypto.randomUUID());
            }}
          />
        </label>
        <DialogFooter act={words.makeLink} leave={words.close} disabled={busy} failure={failure} onClose={onDone} />
      </form>
    </Dialog>
  );
}
