import { useCallback, useEffect, useRef, useState } from "react";
import type { components, Started, Upload, UploadOptions, Uploads } from "@parley/client";

type Media = components["schemas"]["Media"];

export interface ListedUpload {
  readonly key: number;
  readonly filename: string;
  readonly status: "uploading" | "paused" | "checking" | "ready" | "failed";
  /** Of the file's bytes, from 0 to 1. */
  readonly progress: number;
  readonly file: File;
  readonly started?: Started;
  readonly media?: Media;
  readonly failure?: unknown;
}

const NONE: readonly ListedUpload[] = [];

/** Many uploads beside each other, such as the files of one message; what is not done when it is shown no more pauses, and can be resumed later. */
export function useUploads(uploads: Uploads, options: Omit<UploadOptions, "onProgress"> = {}) {
  const [items, setItems] = useState(NONE);
  const running = useRef(new Map<number, Upload>());
  const number = useRef(0);
  const given = useRef(options);
  given.current = options;
  useEffect(() => {
    const { current } = running;
    return () => current.forEach((each) => each.pause());
  }, []);

  const change = useCallback(
    (key: number, news: Partial<ListedUpload>) => setItems((before) => before.map((each) => (each.key === key ? { ...each, ...news } : each))),
    [],
  );
  const follow = useCallback(
    async (key: number, file: File, begin: (options: UploadOptions) => Upload | Promise<Upload>) => {
      try {
        const onProgress = (done: number, whole: number) => change(key, { progress: whole ? done / whole : 1, ...(done === whole ? { status: "checking" } : {}) });
        const upload = await begin({ ...given.current, filename: file.name, onProgress });
        running.current.set(key, upload);
        change(key, { started: upload.started });
        change(key, { status: "ready", progress: 1, media: await upload.done });
      } catch (failure) {
        change(key, { status: "failed", failure });
      } finally {
        running.current.delete(key);
      }
    },
    [change],
  );

  return {
    items,
    /** Begins with files. */
    add: useCallback(
      (files: Iterable<File>) => {
        for (const file of files) {
          const key = ++number.current;
          setItems((before) => [...before, { key, file, filename: file.name, status: "uploading", progress: 0 }]);
          void follow(key, file, (more) => uploads.upload(file, more));
        }
      },
      [uploads, follow],
    ),
    /** Goes on with an upload of an earlier time, or with one that failed. */
    goOn: useCallback(
      (started: Started, file: File) => {
        const key = ++number.current;
        setItems((before) => [...before.filter((each) => each.started?.uploadId !== started.uploadId), { key, file, started, filename: started.filename, status: "uploading", progress: 0 }]);
        void follow(key, file, (more) => uploads.resume(started, file, { ...more, filename: started.filename }));
      },
      [uploads, follow],
    ),
    pause: useCallback(
      (key: number) => {
        running.current.get(key)?.pause();
        change(key, { status: "paused" });
      },
      [change],
    ),
    resume: useCallback(
      (key: number) => {
        running.current.get(key)?.resume();
        change(key, { status: "uploading" });
      },
      [change],
    ),
    /** Takes one from the list; one that has not arrived is given up. */
    remove: useCallback(
      (item: ListedUpload) => {
        running.current.get(item.key)?.pause();
        running.current.delete(item.key);
        setItems((before) => before.filter((each) => each.key !== item.key));
        if (item.started && item.status !== "ready") uploads.abort(item.started).catch(() => undefined);
      },
      [uploads],
    ),
    clear: useCallback(() => setItems(NONE), []),
  };
}
