import type { components } from "@parley/client";
import { useEffect } from "react";
import { Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Badge, Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { remember } from "./remembered.js";

type Export = components["schemas"]["Export"];
type Erasure = components["schemas"]["Job"];

const TONES = { queued: "plain", running: "warn", completed: "good", failed: "bad", cancelled: "plain" } as const;
export const LOOK_AGAIN_MILLISECONDS = 2000;

/** How far a job is. It is looked at again until it has ended. */
export function Job({ kind, id }: { kind: "export" | "erasure"; id: string }) {
  const words = useWords();
  const { api, tenant } = useSession();
  const job = useResource<Export | Erasure>(
    async (signal) => {
      const found =
        kind === "export"
          ? await api.get("/v1/exports/{export_id}", { path: { export_id: id }, signal })
          : await api.get("/v1/jobs/{job_id}", { path: { job_id: id }, signal });
      remember(tenant, found);
      return found;
    },
    [kind, id],
  );
  const { reload } = job;
  const found = job.state === "ready" ? job.value : undefined;
  useEffect(() => {
    if (found?.status !== "queued" && found?.status !== "running") return;
    const timer = setTimeout(reload, LOOK_AGAIN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [found, reload]);
  return (
    <View title={words.jobs.kinds[kind]} back={<Link to={["jobs"]}>{words.places.jobs}</Link>}>
      <Shown of={job}>
        {(value) => (
          <>
            <Progress job={value} />
            {"files" in value && value.files.length > 0 && <Files files={value.files} />}
          </>
        )}
      </Shown>
    </View>
  );
}

function Progress({ job }: { job: Export | Erasure }) {
  const words = useWords();
  const formats = useFormats();
  const counts = Object.entries("records" in job ? job.records : job.done) as [string, number][];
  return (
    <Panel title={words.jobs.progress}>
      <Facts
        of={[
          [words.jobs.status, <Badge tone={TONES[job.status]}>{words.jobs.statuses[job.status]}</Badge>],
          [words.jobs.percent, <Percent of={job.percent} />],
          [words.jobs.whom, job.user_id ? <bdi>{job.user_id}</bdi> : words.jobs.everybody],
          [words.jobs.step, <Code>{job.step}</Code>],
          [words.jobs.failures, formats.number(job.failures)],
          [words.users.id, <Code>{job.id}</Code>],
          [words.common.created, <Moment at={job.created_at} />],
          [words.jobs.finished, <Moment at={job.finished_at} />],
          ...counts.map(([name, count]) => [name.replaceAll("_", " "), formats.number(count)] as const),
        ]}
      />
    </Panel>
  );
}

export function Percent({ of }: { of: number }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <>
      <progress className="progress" max={100} value={of} aria-label={words.jobs.percent} /> {formats.percent(of)}
    </>
  );
}

function Files({ files }: { files: Export["files"] }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <Panel title={words.jobs.files}>
      <p className="quiet">{words.jobs.filesAbout}</p>
      <div className="rows">
        <Table
          caption={words.jobs.files}
          rows={files}
          keyOf={({ name }) => name}
          columns={[
            {
              name: words.jobs.file,
              cell: ({ name, url }) => (
                <a href={url} download dir="ltr">
                  {name}
                </a>
              ),
            },
            { name: words.jobs.size, cell: ({ size }) => (size === null ? "–" : formats.bytes(size)), kind: "number" },
          ]}
        />
      </div>
    </Panel>
  );
}
