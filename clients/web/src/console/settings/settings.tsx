import type { components } from "@parley/client";
import { useState, type FormEvent } from "react";
import { Field } from "../parts/field.js";
import { Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Problem } from "../parts/problem.js";
import { useAct, useResource } from "../parts/resource.js";
import { Badge, Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { violationOf } from "../parts/violations.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { changesOf, formOf, GROUPS, type Form, type Name } from "./fields.js";
import { Setting } from "./setting.js";

export type Tenant = components["schemas"]["Tenant"];

/** The tenant's name and settings, within the ceilings that the operator has set. */
export function Settings() {
  const words = useWords();
  const { api, tenant } = useSession();
  const found = useResource((signal) => api.get("/v1/tenants/{tenant_id}", { path: { tenant_id: tenant }, signal }), []);
  return (
    <View title={words.places.settings} about={words.settings.about}>
      <Shown of={found}>
        {(value) => (
          <>
            <About tenant={value} />
            <Edited key={value.version} tenant={value} onSaved={found.replace} />
          </>
        )}
      </Shown>
    </View>
  );
}

function About({ tenant }: { tenant: Tenant }) {
  const words = useWords();
  return (
    <Panel title={words.settings.facts}>
      <Facts
        of={[
          [words.users.id, <Code>{tenant.id}</Code>],
          [words.webhooks.state, tenant.suspended_at ? <Badge tone="bad">{words.settings.suspended}</Badge> : <Badge tone="good">{words.settings.active}</Badge>],
          [words.settings.platforms, tenant.push_platforms.length > 0 ? tenant.push_platforms.join(", ") : "–"],
          [words.settings.tokensFrom, <Moment at={tenant.tokens_valid_from} />],
          [words.common.created, <Moment at={tenant.created_at} />],
        ]}
      />
    </Panel>
  );
}

/** Sends what was changed and nothing else, over the version that is shown. */
function Edited({ tenant, onSaved }: { tenant: Tenant; onSaved: (saved: Tenant) => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [name, setName] = useState(tenant.name);
  const [form, setForm] = useState<Form>(() => formOf(tenant.settings));
  const saving = useAct();
  const settings = changesOf(tenant.settings, form);
  const isChanged = name !== tenant.name || Object.keys(settings).length > 0;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { ...(name === tenant.name ? {} : { name }), ...(Object.keys(settings).length > 0 ? { settings } : {}) };
    await saving.run(async () => {
      onSaved(await api.put("/v1/tenants/{tenant_id}", { path: { tenant_id: tenant.id }, body, ifMatch: tenant.version }));
      say(words.common.saved);
    });
  };
  const change = (setting: Name, value: string | boolean) => setForm({ ...form, [setting]: value });
  const names = Object.values(GROUPS).flatMap((group) => Object.keys(group) as Name[]);
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Panel title={words.settings.named}>
        <Field label={words.settings.name} value={name} onChange={setName} required maxLength={100} error={violationOf(saving.failure, "/name")} />
      </Panel>
      {(Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => (
        <Panel key={group} title={words.settings.groups[group]}>
          <div className="columns stack-columns">
            {(Object.keys(GROUPS[group]) as Name[]).map((each) => (
              <Setting key={each} name={each} tenant={tenant} value={form[each]} error={violationOf(saving.failure, `/settings/${each}`)} onChange={(value) => change(each, value)} />
            ))}
          </div>
        </Panel>
      ))}
      <Problem failure={saving.failure} fields={["/name", ...names.map((each) => `/settings/${each}`)]} />
      <div className={isChanged ? "form-end unsaved" : "form-end"}>
        <button type="submit" className="primary" disabled={saving.busy || !isChanged}>
          {words.common.save}
        </button>
        {isChanged && <span className="quiet">{words.settings.unsaved}</span>}
      </div>
    </form>
  );
}
