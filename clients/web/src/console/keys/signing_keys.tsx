import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Overlap, type Seconds } from "../parts/overlap.js";
import { useResource } from "../parts/resource.js";
import { SecretShown } from "../parts/secret.js";
import { Table } from "../parts/table.js";
import { Badge, Code, Moment, Panel } from "../parts/view.js";
import { keyOf, useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { NewKey, type MadeKey } from "./new_key.js";

/** The keys that the tenant's back end signs tokens with, newest first. The secret of one is shown when it is made. */
export function SigningKeys() {
  const words = useWords();
  const session = useSession();
  const { api, tenant } = session;
  const say = useNotice();
  const path = { tenant_id: tenant };
  const keys = useResource(async (signal) => {
    const [listed, token] = await Promise.all([api.get("/v1/tenants/{tenant_id}/keys", { path, signal }), session.token()]);
    return { data: listed.data, own: keyOf(token) };
  }, []);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<MadeKey | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const [overlap, setOverlap] = useState<Seconds>("0");
  const own = keys.state === "ready" ? keys.value.own : undefined;
  const remove = async (kid: string) => {
    await api.delete("/v1/tenants/{tenant_id}/keys/{kid}", { path: { ...path, kid }, query: { overlap_seconds: Number(overlap) } });
    say(words.keys.removed(kid));
    keys.reload();
  };
  const create = (
    <button type="button" className="primary small" onClick={() => setMaking(true)}>
      {words.keys.create}
    </button>
  );
  return (
    <Panel title={words.keys.signing} acts={create}>
      <Shown of={keys}>
        {({ data }) => (
          <div className="rows">
            <Table
              caption={words.keys.signing}
              rows={data}
              keyOf={({ kid }) => kid}
              columns={[
                {
                  name: words.keys.kid,
                  cell: ({ kid }) => (
                    <>
                      <Code>{kid}</Code> {kid === own && <Badge tone="good">{words.keys.inUse}</Badge>}
                    </>
                  ),
                },
                { name: words.keys.algorithm, cell: ({ algorithm }) => algorithm },
                { name: words.keys.audience, cell: ({ audience }) => (audience ? <Code>{audience}</Code> : "–") },
                { name: words.common.created, cell: ({ created_at }) => <Moment at={created_at} /> },
                { name: words.keys.expires, cell: ({ expires_at }) => <Moment at={expires_at} /> },
                {
                  name: words.common.acts,
                  kind: "acts",
                  cell: ({ kid }) => (
                    <button type="button" className="small" aria-label={words.keys.removeOf(kid)} onClick={() => setRemoving(kid)}>
                      {words.keys.remove}
                    </button>
                  ),
                },
              ]}
            />
          </div>
        )}
      </Shown>
      {making && <NewKey onMade={setMade} onDone={keys.reload} onClose={() => setMaking(false)} />}
      {made?.secret && <SecretShown title={words.keys.made(made.kid)} about={words.keys.madeAbout} secret={made.secret} onClose={() => setMade(null)} />}
      {removing && (
        <Confirm title={words.keys.removeTitle(removing)} act={words.keys.remove} typed={removing} onConfirm={() => remove(removing)} onClose={() => setRemoving(null)}>
          <p>{words.keys.removeAbout}</p>
          {removing === own && <p className="warning">{words.keys.removeOwn}</p>}
          <Overlap value={overlap} onChange={setOverlap} />
        </Confirm>
      )}
    </Panel>
  );
}
