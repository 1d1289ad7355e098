import { useState, type FormEvent } from "react";
import { Dialog } from "../parts/dialog.js";
import { Field } from "../parts/field.js";
import { Problem } from "../parts/problem.js";
import { useAct } from "../parts/resource.js";
import { violationOf } from "../parts/violations.js";
import { go } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

/** Creates a user. One who is there already is shown instead, and stays as they are. */
export function NewUser({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const [id, setId] = useState("");
  const [name, setName] = useState("");
  const making = useAct();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = name ? { name } : {};
    if (await making.run(() => api.put("/v1/users/{user_id}", { path: { user_id: id }, body }))) go(["users", id]);
  };
  const wrongId = violationOf(making.failure, "user_id");
  return (
    <Dialog title={words.users.create} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <Field label={words.users.id} value={id} onChange={setId} required maxLength={80} code hint={words.users.idHint} error={wrongId} />
        <Field label={words.users.name} value={name} onChange={setName} maxLength={100} error={violationOf(making.failure, "/name")} />
        <Problem failure={making.failure} fields={["user_id", "/name"]} />
        <div className="dialog-buttons">
          <button type="button" onClick={onClose}>
            {words.common.cancel}
          </button>
          <button type="submit" className="primary" disabled={making.busy}>
            {words.users.create}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
