import { useState, type FormEvent } from "react";
import { Field, TextArea } from "../parts/field.js";
import { useNotice } from "../parts/notices.js";
import { Problem } from "../parts/problem.js";
import { useAct } from "../parts/resource.js";
import { Panel } from "../parts/view.js";
import { violationOf } from "../parts/violations.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { UserOf } from "./user.js";

/** The profile. It is saved only over the version that is shown, so that nobody's change is lost. */
export function Profile({ user, onSaved }: { user: UserOf; onSaved: (saved: UserOf) => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [name, setName] = useState(user.name);
  const [avatar, setAvatar] = useState(user.avatar_url ?? "");
  const shownTeams = (user.teams ?? []).join(", ");
  const [teams, setTeams] = useState(shownTeams);
  const [custom, setCustom] = useState(JSON.stringify(user.custom, null, 2));
  const [malformed, setMalformed] = useState(false);
  const saving = useAct();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const data = objectOf(custom);
    setMalformed(!data);
    if (!data) return;
    const named = teams.split(/[\s,]+/).filter(Boolean);
    const body = { name, avatar_url: avatar || null, custom: data, ...(teams === shownTeams ? {} : { teams: named.length ? named : null }) };
    const path = { user_id: user.id };
    await saving.run(async () => {
      onSaved(await api.put("/v1/users/{user_id}", { path, body, ifMatch: user.version }));
      say(words.common.saved);
    });
  };
  const wrong = (pointer: string) => violationOf(saving.failure, pointer);
  return (
    <Panel title={words.users.profile}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label={words.users.name} value={name} onChange={setName} required maxLength={100} error={wrong("/name")} />
        <Field label={words.users.avatar} value={avatar} onChange={setAvatar} type="url" maxLength={512} code error={wrong("/avatar_url")} />
        <Field label={words.users.teams} value={teams} onChange={setTeams} code hint={words.users.teamsHint} error={wrong("/teams")} />
        <TextArea
          label={words.users.custom}
          value={custom}
          onChange={setCustom}
          rows={4}
          code
          hint={words.users.customHint}
          error={malformed ? words.common.notJson : wrong("/custom")}
        />
        <Problem failure={saving.failure} fields={["/name", "/avatar_url", "/teams", "/custom"]} />
        <div className="form-end">
          <button type="submit" className="primary" disabled={saving.busy}>
            {words.common.save}
          </button>
        </div>
      </form>
    </Panel>
  );
}

function objectOf(text: string): Record<string, never> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, never>) : null;
  } catch {
    return null;
  }
}
