import { useState } from "react";
import { Ask } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { go } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

/** Creates a user. One who is there already is shown instead, and stays as they are. */
export function NewUser({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const create = async () => {
    await api.put("/v1/users/{user_id}", { path: { user_id: id }, body: name ? { name } : {} });
    go(["users", id]);
  };
  return (
    <Ask title={words.users.create} act={words.users.create} fields={["user_id", "/name"]} onAct={create} onClose={onClose}>
      {(wrong) => (
        <>
          <Field label={words.users.id} value={id} onChange={setId} required maxLength={80} code hint={words.users.idHint} error={wrong("user_id")} />
          <Field label={words.users.name} value={name} onChange={setName} maxLength={100} error={wrong("/name")} />
        </>
      )}
    </Ask>
  );
}
