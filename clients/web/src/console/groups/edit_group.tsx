import { useState } from "react";
import { Ask } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { GroupOf } from "./groups.js";

interface Edited {
  /** The group to change; without one, one is made. */
  group?: GroupOf;
  onSaved: (group: GroupOf) => void;
  onClose: () => void;
}

export function EditGroup({ group, onSaved, onClose }: Edited) {
  const words = useWords();
  const { api } = useSession();
  const [handle, setHandle] = useState(group?.handle ?? "");
  const [name, setName] = useState(group?.name ?? "");
  const [description, setDescription] = useState(group?.description ?? "");
  const save = async () => {
    const body = { handle, name, description: description || null };
    onSaved(
      group
        ? await api.put("/v1/user-groups/{user_group_id}", { path: { user_group_id: group.id }, body, ifMatch: group.version })
        : await api.post("/v1/user-groups", { body }),
    );
  };
  return (
    <Ask
      title={group ? words.groups.edit : words.groups.create}
      act={group ? words.common.save : words.groups.create}
      fields={["/handle", "/name", "/description"]}
      onAct={save}
      onClose={onClose}
    >
      {(wrong) => (
        <>
          <Field label={words.groups.handle} value={handle} onChange={setHandle} required maxLength={40} code hint={words.groups.handleHint} error={wrong("/handle")} />
          <Field label={words.groups.name} value={name} onChange={setName} required maxLength={100} error={wrong("/name")} />
          <Field label={words.groups.description} value={description} onChange={setDescription} maxLength={250} error={wrong("/description")} />
        </>
      )}
    </Ask>
  );
}
