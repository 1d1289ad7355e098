import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Badge, Facts, Moment, Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { UserOf } from "./user.js";

/** Whether the user may come in: deactivates them, and brings them back. */
export function Access({ user, onChanged }: { user: UserOf; onChanged: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const [asked, setAsked] = useState(false);
  const off = user.deactivated_at !== null;
  const path = { user_id: user.id };
  const turn = async () => {
    if (off) await api.post("/v1/users/{user_id}/reactivate", { path });
    else await api.post("/v1/users/{user_id}/deactivate", { path });
    onChanged();
  };
  return (
    <Panel title={words.users.access}>
      <p className="quiet">{words.users.accessAbout}</p>
      <Facts
        of={[
          [words.jobs.status, <Badge tone={off ? "bad" : "good"}>{off ? words.users.deactivated : words.users.active}</Badge>],
          ...(off ? [[words.users.since, <Moment at={user.deactivated_at} />] as const] : []),
        ]}
      />
      <div className="acts">
        <button type="button" className={off ? undefined : "danger"} onClick={() => setAsked(true)}>
          {off ? words.users.reactivate : words.users.deactivate}
        </button>
      </div>
      {asked && (
        <Confirm
          title={off ? words.users.reactivateTitle(user.name) : words.users.deactivateTitle(user.name)}
          act={off ? words.users.reactivate : words.users.deactivate}
          danger={!off}
          onConfirm={turn}
          onClose={() => setAsked(false)}
        >
          <p>{off ? words.users.reactivateAbout : words.users.deactivateAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}
