import { useCallback, useEffect, useRef, useState } from "react";
import type { components, Upload, UploadOptions, Uploads } from "@parley/client";

type Media = components["schemas"]["Media"];

export interface UploadState {
  status: "idle" | "uploading" | "paused" | "checking" | "ready" | "failed";
  /** Of the file's bytes, from 0 to 1. */
  progress: number;
  filename?: string;
  media?: Media;
  failure?: unknown;
}

const IDLE: UploadState = { status: "idle", progress: 0 };

/** One upload at a time: its state, and what begins, pauses, resumes and clears it. It pauses when it is shown no more. */
export function useUpload(uploads: Uploads, options: Omit<UploadOptions, "onProgress"> = {}) {
  const [state, setState] = useState(IDLE);
  const current = useRef<Upload>(undefined);
  const number = useRef(0);
  const given = useRef(options);
  given.current = options;
  useEffect(() => () => current.current?.pause(), []);

  const start = useCallback(
    async (file: File): Promise<Media | undefined> => {
      current.current?.pause();
      const own = ++number.current;
      const show = (change: Partial<UploadState>) => own === number.current && setState((before) => ({ ...before, ...change }));
      setState({ status: "uploading", progress: 0, filename: file.name });
      try {
        const onProgress = (done: number, whole: number) => show({ progress: done / whole, ...(done === whole ? { status: "checking" } : {}) });
        const upload = await uploads.upload(file, { ...given.current, onProgress });
        if (own !== number.current) return void upload.pause();
        current.current = upload;
        const media = await upload.done;
        show({ status: "ready", progress: 1, media });
        return media;
      } catch (failure) {
        show({ status: "failed", failure });
        return undefined;
      }
    },
    [uploads],
  );
  const pause = useCallback(() => {
    current.current?.pause();
    setState((before) => (before.status === "uploading" ? { ...before, status: "paused" } : before));
  }, []);
  const resume = useCallback(() => {
    current.current?.resume();
    setState((before) => (before.status === "paused" ? { ...before, status: "uploading" } : before));
  }, []);
  const clear = useCallback(() => {
    current.current?.pause();
    current.current = undefined;
    number.current++;
    setState(IDLE);
  }, []);
  return { ...state, start, pause, resume, clear };
}
