import type { components } from "@parley/client";
import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Empty, Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Badge, Code, Moment, Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { NewIssuer } from "./new_issuer.js";

type Issuer = components["schemas"]["Issuer"];

/** The logins whose tokens the tenant accepts: OIDC issuers, or whoever publishes keys. */
export function Issuers() {
  const words = useWords();
  const { api, tenant } = useSession();
  const say = useNotice();
  const path = { tenant_id: tenant };
  const issuers = useResource((signal) => api.get("/v1/tenants/{tenant_id}/issuers", { path, signal }), []);
  const [making, setMaking] = useState(false);
  const [removing, setRemoving] = useState<Issuer | null>(null);
  const remove = async (issuer: Issuer) => {
    await api.delete("/v1/tenants/{tenant_id}/issuers/{issuer_id}", { path: { ...path, issuer_id: issuer.id } });
    say(words.keys.removed(issuer.issuer));
    issuers.reload();
  };
  const create = (
    <button type="button" className="small" onClick={() => setMaking(true)}>
      {words.keys.createIssuer}
    </button>
  );
  return (
    <Panel title={words.keys.issuers} acts={create}>
      <p className="quiet">{words.keys.issuersAbout}</p>
      <Shown of={issuers}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.keys.noIssuers}</Empty>
          ) : (
            <div className="rows">
              <Table
                caption={words.keys.issuers}
                rows={data}
                keyOf={({ id }) => id}
                columns={[
                  { name: words.keys.issuer, cell: ({ issuer }) => <Code>{issuer}</Code> },
                  { name: words.keys.audiences, cell: ({ audiences }) => <Code>{audiences.join(", ")}</Code> },
                  {
                    name: words.keys.fetched,
                    cell: ({ keys_fetched_at, keys_failure }) => (
                      <>
                        <Moment at={keys_fetched_at} /> {keys_failure && <Badge tone="bad">{keys_failure}</Badge>}
                      </>
                    ),
                  },
                  {
                    name: words.common.acts,
                    kind: "acts",
                    cell: (issuer) => (
                      <button type="button" className="small" aria-label={words.keys.removeOf(issuer.issuer)} onClick={() => setRemoving(issuer)}>
                        {words.keys.remove}
                      </button>
                    ),
                  },
                ]}
              />
            </div>
          )
        }
      </Shown>
      {making && <NewIssuer onDone={issuers.reload} onClose={() => setMaking(false)} />}
      {removing && (
        <Confirm title={words.keys.removeTitle(removing.issuer)} act={words.keys.remove} onConfirm={() => remove(removing)} onClose={() => setRemoving(null)}>
          <p>{words.keys.removeIssuerAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}
