import type { Started } from "@parley/client";
import type { ListedUpload } from "@parley/react";
import { useEffect, useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";

/** Uploads that an earlier visit has left: with the same file, only what has not arrived is sent. */
export function UnfinishedUploads({ active, onGoOn }: { active: readonly ListedUpload[]; onGoOn(started: Started, file: File): void }) {
  const words = useWords();
  const formats = useFormats();
  const { uploads, chat, files } = useSession();
  const [found, setFound] = useState<readonly Started[]>([]);
  useEffect(() => {
    let shown = true;
    uploads.unfinished().then((all) => shown && setFound(all), chat.failed);
    return () => void (shown = false);
  }, [uploads, chat]);
  const begun = new Set(active.map((each) => each.started?.uploadId));
  const left = found.filter((each) => !begun.has(each.uploadId));
  if (!left.length) return null;
  const forget = (started: Started) => setFound((all) => all.filter((each) => each !== started));
  const goOn = (started: Started, file: File) => {
    forget(started);
    onGoOn(started, file);
  };
  return (
    <ul className="attached unfinished" aria-label={words.unfinished}>
      {left.map((each) => {
        const kept = files.get(each.uploadId);
        return (
          <li key={each.uploadId}>
            <Icon name="pause" />
            <span className="file-name" dir="auto">
              {each.filename}
            </span>
            <span className="file-state">
              {words.unfinished} · {formats.size(each.size)}
            </span>
            {kept ? (
              <button type="button" className="button" onClick={() => goOn(each, kept)}>
                {words.goOn}
              </button>
            ) : (
              <label className="button" title={words.chooseAgain}>
                {words.goOn}
                <input
                  type="file"
                  className="hidden"
                  aria-label={`${words.chooseAgain}: ${each.filename}`}
                  onChange={({ target }) => {
                    const file = target.files?.[0];
                    if (file) goOn(each, file);
                  }}
                />
              </label>
            )}
            <button
              type="button"
              className="button plain"
              onClick={() => {
                forget(each);
                uploads.abort(each).catch(chat.failed);
              }}
            >
              {words.giveUp}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
