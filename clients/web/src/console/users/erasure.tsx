import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Choose } from "../parts/field.js";
import { remember } from "../jobs/remembered.js";
import { Panel } from "../parts/view.js";
import { go } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { UserOf } from "./user.js";

type Messages = "anonymise" | "remove";

/** Exports a user, or erases them: the job's own view shows how far it is. */
export function Erasure({ user }: { user: UserOf }) {
  const words = useWords();
  const { api, tenant } = useSession();
  const [asked, setAsked] = useState<"erase" | "export" | null>(null);
  const [messages, setMessages] = useState<Messages>("anonymise");
  const erase = async () => {
    const job = await api.delete("/v1/users/{user_id}", { path: { user_id: user.id }, query: { messages } });
    if (!job) return;
    remember(tenant, job);
    go(["jobs", "erasure", job.id]);
  };
  const exported = async () => {
    const job = await api.post("/v1/exports", { body: { user_id: user.id } });
    remember(tenant, job);
    go(["jobs", "export", job.id]);
  };
  return (
    <Panel title={words.users.data}>
      <p className="quiet">{words.users.dataAbout}</p>
      <div className="acts">
        <button type="button" onClick={() => setAsked("export")}>
          {words.users.export}
        </button>
        <button type="button" className="danger" onClick={() => setAsked("erase")}>
          {words.users.erase}
        </button>
      </div>
      {asked === "export" && (
        <Confirm title={words.users.exportTitle(user.id)} act={words.users.export} danger={false} onConfirm={exported} onClose={() => setAsked(null)}>
          <p>{words.users.exportAbout}</p>
        </Confirm>
      )}
      {asked === "erase" && (
        <Confirm title={words.users.eraseTitle(user.name)} act={words.users.erase} typed={user.id} onConfirm={erase} onClose={() => setAsked(null)}>
          <p>{words.users.eraseAbout}</p>
          <Choose
            label={words.users.messages}
            value={messages}
            onChange={setMessages}
            options={[
              { value: "anonymise", label: words.users.anonymise },
              { value: "remove", label: words.users.removeMessages },
            ]}
          />
        </Confirm>
      )}
    </Panel>
  );
}
