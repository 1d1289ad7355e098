import type { components } from "@parley/client";
import { useState, type FormEvent } from "react";
import { Confirm } from "../parts/dialog.js";
import { Choose, Field } from "../parts/field.js";
import { Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Overlap, type Seconds } from "../parts/overlap.js";
import { Problem } from "../parts/problem.js";
import { useAct, useResource } from "../parts/resource.js";
import { SecretShown } from "../parts/secret.js";
import { Panel } from "../parts/view.js";
import { violationOf } from "../parts/violations.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

type Tenant = components["schemas"]["Tenant"];
type OnFailure = Tenant["settings"]["pre_send_on_failure"];

/** The tenant's server that is asked of each message before it is sent. */
export function PreSend() {
  const words = useWords();
  const { api, tenant } = useSession();
  const found = useResource((signal) => api.get("/v1/tenants/{tenant_id}", { path: { tenant_id: tenant }, signal }), []);
  return (
    <Panel title={words.rules.preSend}>
      <p className="quiet">{words.rules.preSendAbout}</p>
      <Shown of={found}>{(value) => <Asked key={value.version} tenant={value} onSaved={found.replace} />}</Shown>
    </Panel>
  );
}

function Asked({ tenant, onSaved }: { tenant: Tenant; onSaved: (saved: Tenant) => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [url, setUrl] = useState(tenant.settings.pre_send_url ?? "");
  const [onFailure, setOnFailure] = useState<OnFailure>(tenant.settings.pre_send_on_failure);
  const [overlap, setOverlap] = useState<Seconds>("86400");
  const [rotating, setRotating] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const saving = useAct();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const settings = { pre_send_url: url.trim() || null, pre_send_on_failure: onFailure };
    const path = { tenant_id: tenant.id };
    await saving.run(async () => {
      onSaved(await api.put("/v1/tenants/{tenant_id}", { path, body: { settings }, ifMatch: tenant.version }));
      say(words.common.saved);
    });
  };
  const rotate = async () => {
    const made = await api.post("/v1/moderation/pre-send/rotate-secret", { body: { overlap_seconds: Number(overlap) } });
    setSecret(made.secret);
  };
  const wrong = (name: string) => violationOf(saving.failure, `/settings/${name}`);
  return (
    <>
      <form className="stack" onSubmit={(event) => void save(event)}>
        <Field label={words.rules.url} value={url} onChange={setUrl} type="url" maxLength={512} code hint={words.rules.urlHint} error={wrong("pre_send_url")} />
        <Choose
          label={words.rules.onFailure}
          value={onFailure}
          onChange={setOnFailure}
          error={wrong("pre_send_on_failure")}
          options={[
            { value: "allow", label: words.rules.allow },
            { value: "refuse", label: words.rules.refuse },
          ]}
        />
        <Problem failure={saving.failure} fields={["/settings/pre_send_url", "/settings/pre_send_on_failure"]} />
        <div className="form-end">
          <button type="submit" className="primary" disabled={saving.busy}>
            {words.common.save}
          </button>
          <button type="button" onClick={() => setRotating(true)}>
            {words.rules.rotate}
          </button>
        </div>
      </form>
      {rotating && (
        <Confirm title={words.rules.rotateTitle} act={words.rules.rotate} danger={false} onConfirm={rotate} onClose={() => setRotating(false)}>
          <p>{words.rules.rotateAbout}</p>
          <Overlap value={overlap} onChange={setOverlap} />
        </Confirm>
      )}
      {secret && <SecretShown title={words.rules.secret} about={words.rules.secretAbout} secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}
