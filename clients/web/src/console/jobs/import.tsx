import { useEffect, useState, type FormEvent } from "react";
import { Confirm } from "../parts/dialog.js";
import { FileField } from "../parts/field.js";
import { Shown } from "../parts/lists.js";
import { Problem } from "../parts/problem.js";
import { useAct, useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Badge, Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { LOOK_AGAIN_MILLISECONDS, Percent } from "./job.js";
import { upload, type Import } from "./uploading.js";

export const TONES = { uploading: "plain", checking: "warn", checked: "good", importing: "warn", completed: "good", failed: "bad", cancelled: "plain" } as const;

/** An import: what its check has found, how far it is, and what it could not bring along. */
export function ImportJob({ id }: { id: string }) {
  const words = useWords();
  const { api } = useSession();
  const [asked, setAsked] = useState<"start" | "cancel" | null>(null);
  const path = { import_id: id };
  const job = useResource((signal) => api.get("/v1/imports/{import_id}", { path, signal }), [id]);
  const { reload } = job;
  const found = job.state === "ready" ? job.value : undefined;
  useEffect(() => {
    if (found?.status !== "checking" && found?.status !== "importing") return;
    const timer = setTimeout(reload, LOOK_AGAIN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [found, reload]);
  const start = async () => {
    await api.post("/v1/imports/{import_id}/start", { path });
    reload();
  };
  const cancel = async () => {
    await api.post("/v1/imports/{import_id}/cancel", { path });
    reload();
  };
  const acts = found && found.finished_at === null && (
    <>
      <button type="button" className="danger" onClick={() => setAsked("cancel")}>
        {words.imports.cancel}
      </button>
      {found.status === "checked" && (
        <button type="button" className="primary" onClick={() => setAsked("start")}>
          {words.imports.start}
        </button>
      )}
    </>
  );
  return (
    <View title={words.jobs.kinds.import} back={<Link to={["jobs"]}>{words.places.jobs}</Link>} acts={acts}>
      <Shown of={job}>
        {(value) => (
          <>
            <Progress job={value} />
            {value.status === "uploading" && <Upload job={value} onDone={reload} />}
            {value.problem_count > 0 && <Problems job={value} />}
            {value.file_problems.length > 0 && <FileProblems of={value.file_problems} />}
          </>
        )}
      </Shown>
      {asked === "start" && (
        <Confirm title={words.imports.startTitle} act={words.imports.start} danger={false} onConfirm={start} onClose={() => setAsked(null)}>
          <p>{words.imports.startAbout}</p>
        </Confirm>
      )}
      {asked === "cancel" && (
        <Confirm title={words.imports.cancelTitle} act={words.imports.cancel} onConfirm={cancel} onClose={() => setAsked(null)}>
          <p>{words.imports.cancelAbout}</p>
        </Confirm>
      )}
    </View>
  );
}

function Progress({ job }: { job: Import }) {
  const words = useWords();
  const formats = useFormats();
  const counted = (counts: Record<string, number>) => Object.entries(counts).map(([name, count]) => [name.replaceAll("_", " "), formats.number(count)] as const);
  return (
    <div className="columns">
      <Panel title={words.jobs.progress}>
        <Facts
          of={[
            [words.jobs.status, <Badge tone={TONES[job.status]}>{words.imports.statuses[job.status]}</Badge>],
            [words.jobs.percent, <Percent of={job.percent} />],
            [words.jobs.failures, formats.number(job.failures)],
            [words.users.id, <Code>{job.id}</Code>],
            [words.imports.source, <Code>{job.source}</Code>],
            [words.jobs.size, formats.bytes(job.size)],
            [words.common.created, <Moment at={job.created_at} />],
            [words.jobs.finished, <Moment at={job.finished_at} />],
            ...counted(job.done),
          ]}
        />
      </Panel>
      <Panel title={words.imports.report}>
        {job.status === "checked" && job.problem_count === 0 && <p>{words.imports.nothingWrong}</p>}
        <Facts of={[[words.imports.wrongLines, formats.number(job.problem_count)], ...counted(job.lines)]} />
      </Panel>
    </div>
  );
}

/** The file has not arrived: the page was closed, or the network was away. */
function Upload({ job, onDone }: { job: Import; onDone: () => void }) {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const [file, setFile] = useState<File | null>(null);
  const uploading = useAct();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (file && (await uploading.run(() => upload(api, job, file)))) onDone();
  };
  const other = file !== null && file.size !== job.size;
  return (
    <Panel title={words.imports.upload}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <FileField
          label={words.imports.file}
          hint={words.imports.sameFile(formats.number(job.size))}
          error={other ? words.imports.otherFile(formats.number(file.size)) : undefined}
          onChange={setFile}
          required
        />
        <Problem failure={uploading.failure} />
        <div className="form-end">
          <button type="submit" className="primary" disabled={!file || other || uploading.busy}>
            {words.imports.check}
          </button>
        </div>
      </form>
    </Panel>
  );
}

function Problems({ job }: { job: Import }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <Panel title={words.imports.wrongLines}>
      <p className="quiet">{words.imports.wrongAbout(formats.number(job.problems.length), formats.number(job.problem_count))}</p>
      <div className="rows">
        <Table
          caption={words.imports.wrongLines}
          rows={job.problems}
          keyOf={({ line, detail }) => `${line} ${detail}`}
          columns={[
            { name: words.imports.line, cell: ({ line }) => formats.number(line) },
            { name: words.imports.wrong, cell: ({ detail }) => <bdi>{detail}</bdi> },
          ]}
        />
      </div>
    </Panel>
  );
}

function FileProblems({ of }: { of: Import["file_problems"] }) {
  const words = useWords();
  return (
    <Panel title={words.imports.filesMissing}>
      <div className="rows">
        <Table
          caption={words.imports.filesMissing}
          rows={of}
          keyOf={({ message_id, name }) => `${message_id} ${name}`}
          columns={[
            { name: words.jobs.file, cell: ({ name }) => <bdi>{name}</bdi> },
            { name: words.imports.message, cell: ({ message_id }) => <Code>{message_id}</Code> },
            { name: words.imports.wrong, cell: ({ reason }) => <bdi>{reason}</bdi> },
          ]}
        />
      </div>
    </Panel>
  );
}
