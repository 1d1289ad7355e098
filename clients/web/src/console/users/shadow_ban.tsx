import { Refused, type components } from "@parley/client";
import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { Paged, Shown, usePage } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Badge, Facts, Moment, Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

type Ban = components["schemas"]["ShadowBan"];

/** Whether others are shown what the user posts, and what they are not shown. */
export function ShadowBan({ id }: { id: string }) {
  const words = useWords().users.shadow;
  const { api } = useSession();
  const path = { user_id: id };
  const ban = useResource<Ban | null>(
    (signal) =>
      api.get("/v1/users/{user_id}/shadow-ban", { path, signal }).catch((failure: unknown) => {
        if (failure instanceof Refused && failure.code === "shadow_ban_not_found") return null;
        throw failure;
      }),
    [id],
  );
  return (
    <Panel title={words.title}>
      <p className="quiet">{words.about}</p>
      <Shown of={ban}>{(value) => <Turn key={String(value?.created_at)} id={id} ban={value} onChanged={ban.reload} />}</Shown>
      <Hidden id={id} />
    </Panel>
  );
}

function Turn({ id, ban, onChanged }: { id: string; ban: Ban | null; onChanged: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState("");
  const path = { user_id: id };
  const turn = async () => {
    if (ban) await api.delete("/v1/users/{user_id}/shadow-ban", { path });
    else await api.put("/v1/users/{user_id}/shadow-ban", { path, body: reason.trim() ? { reason: reason.trim() } : {} });
    onChanged();
  };
  const act = ban ? words.users.shadow.lift : words.users.shadow.ban;
  return (
    <>
      {ban && (
        <Facts
          of={[
            [words.jobs.status, <Badge tone="bad">{words.users.shadow.banned}</Badge>],
            [words.users.since, <Moment at={ban.created_at} />],
            [words.users.shadow.until, ban.until ? <Moment at={ban.until} /> : words.review.banLengths[""]],
            [words.conversations.reason, ban.reason ? <bdi>{ban.reason}</bdi> : "–"],
          ]}
        />
      )}
      <div className="acts">
        <button type="button" className={ban ? undefined : "danger"} onClick={() => setAsked(true)}>
          {act}
        </button>
      </div>
      {asked && (
        <Confirm title={ban ? words.users.shadow.liftTitle(id) : words.users.shadow.banTitle(id)} act={act} danger={!ban} onConfirm={turn} onClose={() => setAsked(false)}>
          <p>{ban ? words.users.shadow.liftAbout : words.users.shadow.banAbout}</p>
          {!ban && <Field label={words.conversations.reason} value={reason} onChange={setReason} maxLength={200} />}
        </Confirm>
      )}
    </>
  );
}

/** What only the user is shown, the newest first. */
function Hidden({ id }: { id: string }) {
  const words = useWords();
  const { api } = useSession();
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className="acts">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {words.users.shadow.messages}
        </button>
      </div>
      {open && <Listed api={api} id={id} />}
    </>
  );
}

function Listed({ api, id }: { api: ReturnType<typeof useSession>["api"]; id: string }) {
  const words = useWords();
  const messages = usePage((cursor, signal) => api.get("/v1/users/{user_id}/shadowed-messages", { path: { user_id: id }, query: { cursor }, signal }), [id]);
  return (
    <Paged of={messages} empty={words.users.shadow.noMessages}>
      {(rows) => (
        <div className="rows">
          <Table
            caption={words.users.shadow.messages}
            rows={rows}
            keyOf={(message) => message.id}
            columns={[
              { name: words.users.shadow.text, cell: ({ text }) => <bdi>{text}</bdi> },
              { name: words.common.created, cell: ({ created_at }) => <Moment at={created_at} /> },
            ]}
          />
        </div>
      )}
    </Paged>
  );
}
