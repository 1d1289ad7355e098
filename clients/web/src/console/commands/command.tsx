import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Overlap, type Seconds } from "../parts/overlap.js";
import { useResource } from "../parts/resource.js";
import { SecretShown } from "../parts/secret.js";
import { Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { Enabled } from "../webhooks/webhooks.js";
import { useWords } from "../words/words.js";
import type { CommandOf } from "./commands.js";
import { EditCommand } from "./edit_command.js";

/** One command, and what can be done with it. */
export function Command({ name }: { name: string }) {
  const words = useWords();
  const { api } = useSession();
  const command = useResource((signal) => api.get("/v1/commands/{command_name}", { path: { command_name: name }, signal }), [name]);
  return (
    <View title={`/${name}`} back={<Link to={["commands"]}>{words.places.commands}</Link>}>
      <Shown of={command}>{(value) => <About command={value} onChanged={command.reload} />}</Shown>
    </View>
  );
}

function About({ command, onChanged }: { command: CommandOf; onChanged: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [asked, setAsked] = useState<"edit" | "rotate" | "delete" | null>(null);
  const [overlap, setOverlap] = useState<Seconds>("86400");
  const [secret, setSecret] = useState<string | null>(null);
  const path = { command_name: command.name };
  const close = () => setAsked(null);
  const saved = () => {
    say(words.common.saved);
    onChanged();
  };
  const rotate = async () => {
    const made = await api.post("/v1/commands/{command_name}/rotate-secret", { path, body: { overlap_seconds: Number(overlap) } });
    setSecret(made.secret);
    onChanged();
  };
  const remove = async () => {
    await api.delete("/v1/commands/{command_name}", { path, ifMatch: command.version });
    say(words.commands.deleted);
    go(["commands"]);
  };
  const buttons = (["edit", "rotate", "delete"] as const).map((each) => (
    <button key={each} type="button" className={each === "delete" ? "danger small" : "small"} onClick={() => setAsked(each)}>
      {words.webhooks.acts[each]}
    </button>
  ));
  const doing = { rotate, delete: remove };
  return (
    <Panel title={words.commands.facts} acts={buttons}>
      <Facts
        of={[
          [words.commands.url, <Code>{command.url}</Code>],
          [words.commands.description, <bdi>{command.description}</bdi>],
          [words.commands.usage, command.usage ? <bdi>{command.usage}</bdi> : "–"],
          [words.commands.role, words.commands.roles[command.role]],
          [words.webhooks.state, <Enabled enabled={command.enabled} />],
          [words.common.updated, <Moment at={command.updated_at} />],
        ]}
      />
      {asked === "edit" && <EditCommand command={command} onSaved={saved} onClose={close} />}
      {asked && asked !== "edit" && (
        <Confirm title={words.commands.asks[asked]} act={words.webhooks.acts[asked]} danger={asked === "delete"} onConfirm={doing[asked]} onClose={close}>
          <p>{words.commands.asksAbout[asked]}</p>
          {asked === "rotate" && <Overlap value={overlap} onChange={setOverlap} />}
        </Confirm>
      )}
      {secret && <SecretShown title={words.commands.secret} about={words.commands.secretAbout} secret={secret} onClose={() => setSecret(null)} />}
    </Panel>
  );
}
