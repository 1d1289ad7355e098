import { DEFAULT_PERMISSIONS, type Least, type Permission } from "@parley/client";
import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Problem } from "../parts/problem.js";
import { useAct, useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { violationOf } from "../parts/violations.js";
import { Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { PERMISSIONS, type TypeOf } from "./types.js";

const LADDER: readonly Least[] = ["member", "moderator", "admin", "owner", "nobody"];

/** One type: for each action the lowest role that may take it, and how long messages are kept. */
export function Type({ name }: { name: string }) {
  const words = useWords();
  const { api } = useSession();
  const type = useResource((signal) => api.get("/v1/conversation-types/{conversation_type}", { path: { conversation_type: name }, signal }), [name]);
  return (
    <View title={name} back={<Link to={["types"]}>{words.places.types}</Link>}>
      <Shown of={type}>{(value) => <Permissions key={value.version} type={value} onSaved={type.replace} onRetry={type.reload} />}</Shown>
    </View>
  );
}

function Permissions({ type, onSaved, onRetry }: { type: TypeOf; onSaved: (saved: TypeOf) => void; onRetry: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const saving = useAct();
  const [table, setTable] = useState(type.permissions);
  const [days, setDays] = useState(String(type.retention_days ?? ""));
  const [asked, setAsked] = useState(false);
  const { like } = type;
  const path = { conversation_type: type.name };
  const save = () =>
    saving.run(async () => {
      if (like === "direct") return;
      const permissions = Object.fromEntries(Object.entries(table).filter(([each, least]) => least !== DEFAULT_PERMISSIONS[each as Permission]));
      const body = { like, permissions, retention_days: days === "" ? null : Number(days) };
      onSaved(await api.put("/v1/conversation-types/{conversation_type}", { path, body, ...(type.version ? { ifMatch: type.version } : {}) }));
      say(words.common.saved);
    });
  const remove = async () => {
    await api.delete("/v1/conversation-types/{conversation_type}", { path });
    say(words.types.deleted);
    go(["types"]);
  };
  const removable = type.version > 0 && (type.built_in || !type.used);
  const deletes = removable && (
    <button type="button" className="danger small" onClick={() => setAsked(true)}>
      {type.built_in ? words.types.reset : words.types.delete}
    </button>
  );
  const isFixed = like === "direct";
  return (
    <Panel title={words.types.permissions} acts={deletes}>
      <p className="quiet">{isFixed ? words.types.fixed : words.types.permissionsAbout}</p>
      <div className="rows">
        <Table
          caption={words.types.permissions}
          rows={PERMISSIONS}
          keyOf={(permission) => permission}
          columns={[
            { name: words.types.action, cell: (permission) => <Action permission={permission} wrong={violationOf(saving.failure, `/permissions/${permission}`)} /> },
            ...LADDER.map((least) => ({
              name: words.types.roles[least],
              cell: (permission: Permission) => (
                <input
                  type="radio"
                  name={permission}
                  checked={table[permission] === least}
                  disabled={isFixed}
                  aria-label={words.types.choice(words.types.actions[permission], words.types.roles[least])}
                  onChange={() => setTable({ ...table, [permission]: least })}
                />
              ),
            })),
          ]}
        />
      </div>
      {!type.built_in && (
        <Field
          label={words.types.retention}
          hint={words.types.retentionHint}
          error={violationOf(saving.failure, "/retention_days")}
          value={days}
          onChange={setDays}
          type="number"
          min={0}
        />
      )}
      <Problem failure={saving.failure} fields={["/retention_days", ...PERMISSIONS.map((each) => `/permissions/${each}`)]} onRetry={onRetry} />
      {!isFixed && (
        <button type="button" className="primary" disabled={saving.busy} onClick={() => void save()}>
          {words.common.save}
        </button>
      )}
      {asked && (
        <Confirm
          title={words.types.deleteTitle(type.name)}
          act={type.built_in ? words.types.reset : words.types.delete}
          onConfirm={remove}
          onClose={() => setAsked(false)}
        >
          <p>{type.built_in ? words.types.resetAbout : words.types.deleteAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}

function Action({ permission, wrong }: { permission: Permission; wrong: string | undefined }) {
  const words = useWords();
  return (
    <>
      {words.types.actions[permission]}
      {wrong && (
        <p className="field-error" dir="auto">
          {wrong}
        </p>
      )}
    </>
  );
}
