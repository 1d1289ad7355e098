import type { components } from "@parley/client";
import { useEffect, useState } from "react";
import { Ask, Confirm } from "../parts/dialog.js";
import { Check, Choose, Field, TextArea } from "../parts/field.js";
import { Paged, Shown, usePage } from "../parts/lists.js";
import { Problem } from "../parts/problem.js";
import { useAct, useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Badge, Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { LOOK_AGAIN_MILLISECONDS, Percent } from "./job.js";

type Announcement = components["schemas"]["Announcement"];
type Audience = components["schemas"]["Audience"];
type Whom = "all" | "type" | "declared_type" | "team" | "conversation_ids";

const TONES = { scheduled: "plain", running: "warn", completed: "good", cancelled: "plain", failed: "bad" } as const;
const TYPES = ["direct", "group", "channel"] as const;
const isGoingOn = ({ status }: Announcement) => status === "scheduled" || status === "running";

/** The tenant's announcements, the newest first. */
export function Announcements() {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const [creating, setCreating] = useState(false);
  const found = usePage((cursor, signal) => api.get("/v1/announcements", { query: { cursor }, signal }), []);
  const create = (
    <button type="button" className="primary" onClick={() => setCreating(true)}>
      {words.announcements.create}
    </button>
  );
  return (
    <View title={words.announcements.title} about={words.announcements.about} back={<Link to={["jobs"]}>{words.places.jobs}</Link>} acts={create}>
      <Panel title={words.announcements.list}>
        <Paged of={found} empty={words.announcements.none}>
          {(rows) => (
            <div className="rows">
              <Table
                caption={words.announcements.list}
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: words.announcements.text, cell: ({ id, message }) => <Link to={["jobs", "announcement", id]}>{message.text.slice(0, 80)}</Link> },
                  { name: words.announcements.whom, cell: ({ audience }) => <Whom of={audience} /> },
                  { name: words.jobs.status, cell: (each) => <Status of={each} /> },
                  { name: words.announcements.reached, cell: ({ reached }) => formats.number(reached), kind: "number" },
                  { name: words.common.created, cell: ({ created_at }) => <Moment at={created_at} /> },
                ]}
              />
            </div>
          )}
        </Paged>
      </Panel>
      {creating && <NewAnnouncement onClose={() => setCreating(false)} />}
    </View>
  );
}

/** How far an announcement is. It is looked at again until it has ended. */
export function AnnouncementJob({ id }: { id: string }) {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const [cancelling, setCancelling] = useState(false);
  const path = { announcement_id: id };
  const job = useResource((signal) => api.get("/v1/announcements/{announcement_id}", { path, signal }), [id]);
  const { reload } = job;
  const found = job.state === "ready" ? job.value : undefined;
  useEffect(() => {
    if (!found || !isGoingOn(found)) return;
    const timer = setTimeout(reload, LOOK_AGAIN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [found, reload]);
  const cancel = async () => {
    await api.post("/v1/announcements/{announcement_id}/cancel", { path });
    reload();
  };
  const acts = found && isGoingOn(found) && (
    <button type="button" className="danger" onClick={() => setCancelling(true)}>
      {words.announcements.cancel}
    </button>
  );
  return (
    <View title={words.jobs.kinds.announcement} back={<Link to={["jobs", "announcements"]}>{words.announcements.title}</Link>} acts={acts}>
      <Shown of={job}>
        {(value) => (
          <div className="columns">
            <Panel title={words.jobs.progress}>
              <Facts
                of={[
                  [words.jobs.status, <Status of={value} />],
                  [words.jobs.percent, <Percent of={value.percent} />],
                  [words.announcements.reached, formats.number(value.reached)],
                  [words.announcements.sent, formats.number(value.sent)],
                  ...Object.entries(value.skipped).map(([code, count]) => [code, formats.number(count)] as const),
                  [words.announcements.failed, formats.number(value.failed)],
                  [words.jobs.failures, formats.number(value.failures)],
                ]}
              />
            </Panel>
            <Panel title={words.announcements.what}>
              <p className="message-text" dir="auto">
                {value.message.text}
              </p>
              <Facts
                of={[
                  [words.announcements.whom, <Whom of={value.audience} />],
                  [words.announcements.sendAt, <Moment at={value.send_at ?? value.created_at} />],
                  [words.users.id, <Code>{value.id}</Code>],
                  [words.common.created, <Moment at={value.created_at} />],
                  [words.jobs.finished, <Moment at={value.finished_at} />],
                ]}
              />
            </Panel>
          </div>
        )}
      </Shown>
      {cancelling && (
        <Confirm title={words.announcements.cancelTitle} act={words.announcements.cancel} onConfirm={cancel} onClose={() => setCancelling(false)}>
          <p>{words.announcements.cancelAbout}</p>
        </Confirm>
      )}
    </View>
  );
}

function Status({ of }: { of: Announcement }) {
  const words = useWords();
  return <Badge tone={TONES[of.status]}>{of.only_count && of.status === "completed" ? words.announcements.counted : words.announcements.statuses[of.status]}</Badge>;
}

function Whom({ of }: { of: Announcement["audience"] }) {
  const words = useWords();
  const formats = useFormats();
  if (of.conversations !== null) return words.announcements.named(formats.number(of.conversations));
  const said = [of.type && words.announcements.types[of.type], of.declared_type, of.team].filter(Boolean);
  return said.length > 0 ? <bdi>{said.join(", ")}</bdi> : words.announcements.whoms.all;
}

/** What is said to whom. How many that would be is counted by a job that sends nothing. */
function NewAnnouncement({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const counting = useAct();
  const [text, setText] = useState("");
  const [silent, setSilent] = useState(false);
  const [whom, setWhom] = useState<Whom>("type");
  const [type, setType] = useState<(typeof TYPES)[number]>("channel");
  const [named, setNamed] = useState("");
  const [counted, setCounted] = useState<number | null>(null);
  const audience = (): Audience => {
    if (whom === "all") return {};
    if (whom === "type") return { type };
    if (whom === "conversation_ids") return { conversation_ids: named.split(/[\s,]+/).filter(Boolean) };
    return { [whom]: named.trim() };
  };
  const body = () => ({ message: { text, silent }, audience: audience() });
  const send = async () => {
    const begun = await api.post("/v1/announcements", { body: body() });
    go(["jobs", "announcement", begun.id]);
  };
  const count = async () => {
    setCounted(null);
    let job = await api.post("/v1/announcements", { body: { ...body(), only_count: true } });
    while (isGoingOn(job)) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MILLISECONDS));
      job = await api.get("/v1/announcements/{announcement_id}", { path: { announcement_id: job.id } });
    }
    setCounted(job.reached);
  };
  const choosing = <T,>(set: (value: T) => void) => (value: T) => {
    setCounted(null);
    set(value);
  };
  const hint = whom === "conversation_ids" ? words.announcements.idsHint : undefined;
  return (
    <Ask title={words.announcements.create} act={words.announcements.send} fields={["/message/text", `/audience/${whom}`]} onAct={send} onClose={onClose}>
      {(wrong) => (
        <>
          <TextArea label={words.announcements.text} value={text} onChange={setText} required rows={3} error={wrong("/message/text")} />
          <Check label={words.announcements.silent} checked={silent} onChange={setSilent} />
          <Choose
            label={words.announcements.whom}
            value={whom}
            onChange={choosing(setWhom)}
            options={(["all", "type", "declared_type", "team", "conversation_ids"] as const).map((value) => ({ value, label: words.announcements.whoms[value] }))}
          />
          {whom === "type" && (
            <Choose label={words.announcements.whoms.type} value={type} onChange={choosing(setType)} options={TYPES.map((value) => ({ value, label: words.announcements.types[value] }))} />
          )}
          {whom !== "all" && whom !== "type" && (
            <Field label={words.announcements.whoms[whom]} hint={hint} value={named} onChange={choosing(setNamed)} required code error={wrong(`/audience/${whom}`)} />
          )}
          {whom !== "conversation_ids" && (
            <p>
              <button type="button" className="small" disabled={counting.busy || !text} onClick={() => void counting.run(count)}>
                {words.announcements.count}
              </button>{" "}
              <span role="status">{counted !== null && words.announcements.named(formats.number(counted))}</span>
            </p>
          )}
          <Problem failure={counting.failure} />
        </>
      )}
    </Ask>
  );
}
