import { Refused, type components } from "@parley/client";
import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Choose, Field } from "../parts/field.js";
import { Empty, Shown } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Problem } from "../parts/problem.js";
import { useAct, useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Badge, Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { AddEntry } from "./add_entry.js";

export type List = components["schemas"]["BlockList"];
export type Entry = List["entries"][number];
export type Action = List["action"];
export const ACTIONS: readonly Action[] = ["flag", "mask", "refuse"];
/** As many rows as a page draws at once; the others are found by what they say. */
const SHOWN = 100;

/** Words and patterns that are flagged, masked or refused. Every change writes the whole list over the version that is shown. */
export function BlockList() {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const changing = useAct();
  const [asked, setAsked] = useState(false);
  const list = useResource(async (signal): Promise<List | null> => {
    try {
      return await api.get("/v1/moderation/block-list", { signal });
    } catch (failure) {
      if (failure instanceof Refused && failure.code === "block_list_not_found") return null;
      throw failure;
    }
  }, []);
  const put = (kept: List | null, action: Action, entries: readonly Entry[]) =>
    changing.run(async () => {
      const body = { action, entries: entries.map(said) };
      const saved = await api.put("/v1/moderation/block-list", { body, ...(kept ? { ifMatch: kept.version } : {}) });
      list.replace(saved);
      say(words.common.saved);
    });
  const remove = async () => {
    await api.delete("/v1/moderation/block-list");
    list.replace(null);
    say(words.rules.deleted);
  };
  const acts = list.state === "ready" && list.value && (
    <button type="button" className="danger small" onClick={() => setAsked(true)}>
      {words.rules.delete}
    </button>
  );
  return (
    <Panel title={words.rules.blockList} acts={acts}>
      <p className="quiet">{words.rules.blockListAbout}</p>
      <Shown of={list}>
        {(kept) => {
          const action = kept?.action ?? "refuse";
          const entries = kept?.entries ?? [];
          return (
            <>
              <Choose
                label={words.rules.defaultAction}
                value={action}
                onChange={(next) => void put(kept, next, entries)}
                options={ACTIONS.map((value) => ({ value, label: words.rules.actions[value] }))}
              />
              <AddEntry busy={changing.busy} failure={changing.failure} onAdd={(entry) => put(kept, action, [...entries, entry])} />
              <Problem failure={changing.failure} onRetry={list.reload} />
              <Entries entries={entries} action={action} onRemove={(entry) => void put(kept, action, entries.filter((each) => each !== entry))} />
            </>
          );
        }}
      </Shown>
      {asked && (
        <Confirm title={words.rules.deleteTitle} act={words.rules.delete} onConfirm={remove} onClose={() => setAsked(false)}>
          <p>{words.rules.deleteAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}

function Entries({ entries, action, onRemove }: { entries: readonly Entry[]; action: Action; onRemove: (entry: Entry) => void }) {
  const words = useWords();
  const formats = useFormats();
  const [sought, setSought] = useState("");
  if (entries.length === 0) return <Empty>{words.rules.noEntries}</Empty>;
  const found = entries.filter((entry) => textOf(entry).includes(sought));
  return (
    <>
      {entries.length > SHOWN && <Field label={words.rules.findEntry} value={sought} onChange={setSought} type="search" />}
      <p className="quiet">{words.rules.count(formats.number(Math.min(SHOWN, found.length)), formats.number(entries.length))}</p>
      <div className="rows">
        <Table
          caption={words.rules.entries}
          rows={found.slice(0, SHOWN)}
          keyOf={(entry) => `${entry.word === null ? "p" : "w"}${textOf(entry)}`}
          columns={[
            { name: words.rules.entry, cell: (entry) => <bdi className={entry.pattern === null ? undefined : "code"}>{textOf(entry)}</bdi> },
            { name: words.rules.kind, cell: (entry) => (entry.pattern === null ? words.rules.word : words.rules.pattern) },
            {
              name: words.rules.action,
              cell: (entry) => <Badge tone={(entry.action ?? action) === "refuse" ? "bad" : "warn"}>{words.rules.actionNames[entry.action ?? action]}</Badge>,
            },
            {
              name: words.common.acts,
              kind: "acts",
              cell: (entry) => (
                <button type="button" className="small" aria-label={words.rules.removeOf(textOf(entry))} onClick={() => onRemove(entry)}>
                  {words.common.remove}
                </button>
              ),
            },
          ]}
        />
      </div>
    </>
  );
}

function textOf(entry: Entry): string {
  return entry.word ?? entry.pattern ?? "";
}

/** What is null is left out: the entry has one of the two, and perhaps an action of its own. */
function said({ word, pattern, action }: Entry) {
  return { ...(word === null ? { pattern } : { word }), ...(action === null ? {} : { action }) };
}
