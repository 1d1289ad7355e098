import { UploadFailed } from "@parley/client";
import type { ListedUpload, useUploads } from "@parley/react";
import { useEffect, useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";

/** The files of the message that is being written, and how far they are. */
export function AttachedFiles({ files }: { files: ReturnType<typeof useUploads> }) {
  const words = useWords();
  if (!files.items.length) return null;
  return (
    <ul className="attached" aria-label={words.attachment}>
      {files.items.map((item) => (
        <Attached key={item.key} item={item} files={files} />
      ))}
    </ul>
  );
}

function Attached({ item, files }: { item: ListedUpload; files: ReturnType<typeof useUploads> }) {
  const words = useWords();
  const formats = useFormats();
  const { files: kept } = useSession();
  const preview = usePreview(item.file);
  const { status, progress, filename, started, failure } = item;
  useEffect(() => {
    // Whoever opens another conversation goes on later without choosing the file again.
    if (started && status !== "ready") kept.set(started.uploadId, item.file);
    else if (started) kept.delete(started.uploadId);
  }, [kept, started, status, item.file]);
  const percent = formats.percent(progress);
  const said = {
    uploading: words.uploading(percent),
    paused: words.pausedAt(percent),
    checking: words.checking,
    ready: `${words.ready} · ${formats.size(item.file.size)}`,
    failed: failure instanceof UploadFailed && failure.code === "rejected" ? words.rejected : failure instanceof Error ? failure.message : words.notSent,
  }[status];
  return (
    <li data-status={status}>
      {preview ? <img src={preview} alt="" /> : <Icon name="file" />}
      <span className="file-name" dir="auto">
        {filename}
      </span>
      <span className="file-state" role={status === "failed" ? "alert" : undefined}>
        {said}
      </span>
      {(status === "uploading" || status === "paused") && <progress aria-label={filename} max={1} value={progress} />}
      {status === "uploading" && <IconButton icon="pause" label={`${words.pause}: ${filename}`} onClick={() => files.pause(item.key)} />}
      {status === "paused" && <IconButton icon="play" label={`${words.resume}: ${filename}`} onClick={() => files.resume(item.key)} />}
      {status === "failed" && started && <IconButton icon="play" label={`${words.retry}: ${filename}`} onClick={() => files.goOn(started, item.file)} />}
      <IconButton icon="close" label={`${words.remove}: ${filename}`} onClick={() => files.remove(item)} />
    </li>
  );
}

/** A picture is shown from the file itself, before any of it has arrived. */
function usePreview(file: File): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type)) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
