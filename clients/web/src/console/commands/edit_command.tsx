import type { components } from "@parley/client";
import { useState } from "react";
import { Ask } from "../parts/dialog.js";
import { Check, Choose, Field } from "../parts/field.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { CommandOf } from "./commands.js";

const ROLES = ["member", "moderator", "admin", "owner"] as const;

interface Edited {
  /** The command to change; without one, one is declared. */
  command?: CommandOf;
  onSaved: (saved: components["schemas"]["NewCommand"]) => void;
  onClose: () => void;
}

export function EditCommand({ command, onSaved, onClose }: Edited) {
  const words = useWords();
  const { api } = useSession();
  const [name, setName] = useState(command?.name ?? "");
  const [url, setUrl] = useState(command?.url ?? "");
  const [description, setDescription] = useState(command?.description ?? "");
  const [usage, setUsage] = useState(command?.usage ?? "");
  const [role, setRole] = useState<CommandOf["role"]>(command?.role ?? "member");
  const [enabled, setEnabled] = useState(command?.enabled ?? true);
  const save = async () => {
    const body = { url, description, usage: usage || null, role, enabled };
    onSaved(await api.put("/v1/commands/{command_name}", { path: { command_name: name }, body, ...(command ? { ifMatch: command.version } : {}) }));
  };
  return (
    <Ask
      title={command ? words.commands.edit : words.commands.create}
      act={command ? words.common.save : words.commands.create}
      fields={["{command_name}", "/url", "/description", "/usage"]}
      onAct={save}
      onClose={onClose}
    >
      {(wrong) => (
        <>
          {!command && <Field label={words.commands.name} value={name} onChange={setName} required maxLength={32} code hint={words.commands.nameHint} error={wrong("{command_name}")} />}
          <Field label={words.commands.url} value={url} onChange={setUrl} type="url" required maxLength={512} code hint={words.webhooks.urlHint} error={wrong("/url")} />
          <Field label={words.commands.description} value={description} onChange={setDescription} required maxLength={200} error={wrong("/description")} />
          <Field label={words.commands.usage} value={usage} onChange={setUsage} maxLength={200} hint={words.commands.usageHint} error={wrong("/usage")} />
          <Choose label={words.commands.role} value={role} onChange={setRole} options={ROLES.map((each) => ({ value: each, label: words.commands.roles[each] }))} />
          <Check label={words.webhooks.enabled} checked={enabled} onChange={setEnabled} />
        </>
      )}
    </Ask>
  );
}
