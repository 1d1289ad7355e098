import { useState, type FormEvent } from "react";
import { Confirm } from "../parts/dialog.js";
import { Choose, Field } from "../parts/field.js";
import { Empty } from "../parts/lists.js";
import { Table } from "../parts/table.js";
import { Code, Moment, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { AnnouncementJob, Announcements } from "./announcements.js";
import { Holds } from "./holds.js";
import { ImportJob } from "./import.js";
import { Imports } from "./imports.js";
import { Job } from "./job.js";
import { NewImport } from "./new_import.js";
import { remember, remembered, type Remembered } from "./remembered.js";

type Kind = Remembered["kind"];

export function Jobs({ path: [kind, id] }: { path: readonly string[] }) {
  if (kind === "announcements") return <Announcements />;
  if (id !== undefined && kind === "announcement") return <AnnouncementJob id={id} />;
  if (id !== undefined && kind === "import") return <ImportJob id={id} />;
  return id !== undefined && (kind === "export" || kind === "erasure") ? <Job kind={kind} id={id} /> : <JobList />;
}

/** The exports and erasures that this browser knows of, any other by its id; imports and holds as they are. */
function JobList() {
  const words = useWords();
  const { api, tenant } = useSession();
  const [asked, setAsked] = useState<"export" | "import" | null>(null);
  const start = async () => {
    const job = await api.post("/v1/exports", { body: {} });
    remember(tenant, job);
    go(["jobs", "export", job.id]);
  };
  const acts = (
    <>
      <button type="button" onClick={() => setAsked("import")}>
        {words.imports.create}
      </button>
      <button type="button" className="primary" onClick={() => setAsked("export")}>
        {words.jobs.exportAll}
      </button>
    </>
  );
  const known = remembered(tenant);
  return (
    <View title={words.places.jobs} about={words.jobs.about} acts={acts}>
      <Panel title={words.jobs.known}>
        <Find />
        {known.length === 0 ? (
          <Empty>{words.jobs.none}</Empty>
        ) : (
          <div className="rows">
            <Table
              caption={words.jobs.known}
              rows={known}
              keyOf={({ id }) => id}
              columns={[
                { name: words.jobs.kind, cell: ({ kind, id }) => <Link to={["jobs", kind, id]}>{words.jobs.kinds[kind]}</Link> },
                { name: words.jobs.whom, cell: ({ user_id }) => (user_id ? <bdi>{user_id}</bdi> : words.jobs.everybody) },
                { name: words.users.id, cell: ({ id }) => <Code>{id}</Code> },
                { name: words.common.created, cell: ({ created_at }) => <Moment at={created_at} /> },
              ]}
            />
          </div>
        )}
      </Panel>
      <Imports />
      <Panel title={words.announcements.title}>
        <p className="quiet">{words.announcements.about}</p>
        <Link to={["jobs", "announcements"]}>{words.announcements.list}</Link>
      </Panel>
      <Holds />
      <Panel title={words.jobs.reindex}>
        <p>{words.jobs.reindexAbout}</p>
        <pre dir="ltr" tabIndex={0}>
          {"make reindex\nPOST /v1/admin/search/reindex"}
        </pre>
      </Panel>
      {asked === "import" && <NewImport onClose={() => setAsked(null)} />}
      {asked === "export" && (
        <Confirm title={words.jobs.exportAllTitle(tenant)} act={words.jobs.exportAll} danger={false} onConfirm={start} onClose={() => setAsked(null)}>
          <p>{words.jobs.exportAllAbout}</p>
        </Confirm>
      )}
    </View>
  );
}

function Find() {
  const words = useWords();
  const [kind, setKind] = useState<Kind>("export");
  const [id, setId] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(["jobs", kind, id.trim()]);
  };
  return (
    <form className="filters" role="search" onSubmit={submit}>
      <Choose label={words.jobs.kind} value={kind} onChange={setKind} options={(["export", "erasure"] as const).map((value) => ({ value, label: words.jobs.kinds[value] }))} />
      <Field label={words.jobs.byId} value={id} onChange={setId} required code />
      <button type="submit">{words.common.show}</button>
    </form>
  );
}
