import type { components } from "@parley/client";
import { useState } from "react";
import { Ask, Confirm } from "../parts/dialog.js";
import { Choose, Field } from "../parts/field.js";
import { Empty, Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Code, Moment, Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

type Hold = components["schemas"]["Hold"];
type On = "conversation_id" | "user_id";

/** What no retention, truncation or erasure removes as long as the hold on it stands. */
export function Holds() {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const holds = useResource((signal) => api.get("/v1/holds", { signal }), []);
  const [placing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<Hold | null>(null);
  const release = async (hold: Hold) => {
    await api.delete("/v1/holds/{hold_id}", { path: { hold_id: hold.id } });
    say(words.holds.released(hold.reason));
    holds.reload();
  };
  const place = (
    <button type="button" className="small" onClick={() => setPlacing(true)}>
      {words.holds.place}
    </button>
  );
  return (
    <Panel title={words.holds.title} acts={place}>
      <p className="quiet">{words.holds.about}</p>
      <Shown of={holds}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.holds.none}</Empty>
          ) : (
            <div className="rows">
              <Table
                caption={words.holds.title}
                rows={data}
                keyOf={({ id }) => id}
                columns={[
                  { name: words.holds.reason, cell: ({ reason }) => <bdi>{reason}</bdi> },
                  { name: words.holds.on, cell: ({ conversation_id, user_id }) => <Code>{conversation_id ?? user_id ?? ""}</Code> },
                  { name: words.common.created, cell: ({ created_at }) => <Moment at={created_at} /> },
                  { name: words.holds.until, cell: ({ until }) => (until ? <Moment at={until} /> : words.holds.open) },
                  {
                    name: words.common.acts,
                    kind: "acts",
                    cell: (hold) => (
                      <button type="button" className="small" aria-label={words.holds.releaseOf(hold.reason)} onClick={() => setReleasing(hold)}>
                        {words.holds.release}
                      </button>
                    ),
                  },
                ]}
              />
            </div>
          )
        }
      </Shown>
      {placing && <PlaceHold onDone={holds.reload} onClose={() => setPlacing(false)} />}
      {releasing && (
        <Confirm title={words.holds.releaseTitle(releasing.reason)} act={words.holds.release} onConfirm={() => release(releasing)} onClose={() => setReleasing(null)}>
          <p>{words.holds.releaseAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}

function PlaceHold({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [on, setOn] = useState<On>("conversation_id");
  const [id, setId] = useState("");
  const [reason, setReason] = useState("");
  const place = async () => {
    const body = on === "user_id" ? { user_id: id.trim(), reason } : { conversation_id: id.trim(), reason };
    await api.post("/v1/holds", { body });
    say(words.common.saved);
    onDone();
  };
  return (
    <Ask title={words.holds.place} act={words.holds.place} fields={["/conversation_id", "/user_id", "/reason"]} onAct={place} onClose={onClose}>
      {(wrong) => (
        <>
          <Choose
            label={words.holds.on}
            value={on}
            onChange={setOn}
            options={(["conversation_id", "user_id"] as const).map((value) => ({ value, label: words.holds.kinds[value] }))}
          />
          <Field label={words.users.id} value={id} onChange={setId} required code error={wrong(`/${on}`)} />
          <Field label={words.holds.reason} value={reason} onChange={setReason} required maxLength={250} hint={words.holds.reasonHint} error={wrong("/reason")} />
        </>
      )}
    </Ask>
  );
}
