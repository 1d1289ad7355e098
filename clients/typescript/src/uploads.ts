import type { Api } from "./api.js";
import { ParleyError } from "./errors.js";
import type { components } from "./generated/openapi.js";
import type { Storage } from "./storage.js";
import { pause, sleep } from "./waiting.js";

type Progress = components["schemas"]["Progress"];
type SignedPart = components["schemas"]["SignedPart"];
type Media = components["schemas"]["Media"];

/** An upload that has started, and what its file was: plain data, kept in storage to go on after a restart. */
export interface Started {
  uploadId: string;
  filename: string;
  size: number;
  lastModified: number | undefined;
}

/** The upload has not come to its end; `code` says why. With the same file, `resume` may go on unless it has ended. */
export class UploadFailed extends ParleyError {
  override readonly name = "UploadFailed";

  constructor(
    readonly code: "ended" | "rejected" | "file_changed" | "not_stored" | "not_checked_yet",
    message: string,
    readonly started: Started,
  ) {
    super(message);
  }
}

export interface UploadOptions {
  filename?: string;
  contentType?: string;
  conversationId?: string;
  /** Is told the bytes that have arrived, and the whole. */
  onProgress?(done: number, whole: number): void;
  /** Parts at once. */
  workers?: number;
  /** Milliseconds to wait for the file's check; with 0, not at all. */
  verdict?: number;
}

const SIGNED_AT_ONCE = 20;
const ATTEMPTS = 6;
const ENDED = ["aborted", "expired", "deleted"];
const PREFIX = "upload/";

/** Uploads files in parts: a lost connection costs a part, and a restart nothing that has arrived. */
export class Uploads {
  constructor(
    private readonly api: Api,
    private readonly storage: Storage,
    private readonly send: typeof fetch = (...asked) => fetch(...asked),
  ) {}

  /** Starts an upload and sends the file. */
  async upload(file: Blob, options: UploadOptions = {}): Promise<Upload> {
    const named = file as Blob & { name?: string; lastModified?: number };
    const filename = options.filename ?? named.name ?? "file";
    const answer = await this.api.post("/v1/upload", {
      body: {
        filename,
        content_type: options.contentType ?? file.type,
        size: file.size,
        part_checksums: true,
        ...(options.conversationId ? { conversation_id: options.conversationId } : {}),
      },
    });
    const started = { uploadId: answer.upload_id, filename, size: file.size, lastModified: named.lastModified };
    await this.storage.set(PREFIX + started.uploadId, started);
    return this.resume(started, file, options);
  }

  /** Sends what has not arrived of the same file, in this process or another. */
  resume(started: Started, file: Blob, options: UploadOptions = {}): Upload {
    return new Upload(this.api, this.send, started, file, options, () => this.storage.delete(PREFIX + started.uploadId));
  }

  /** The uploads that have not come to their end. */
  async unfinished(): Promise<Started[]> {
    const found = await Promise.all((await this.storage.keys(PREFIX)).map((key) => this.storage.get(key)));
    return found.filter((each): each is Started => !!each);
  }

  /** Gives an upload up. */
  async abort(started: Started): Promise<void> {
    await this.api.delete("/v1/upload/{upload_id}", { path: { upload_id: started.uploadId } });
    await this.storage.delete(PREFIX + started.uploadId);
  }
}

/** One file on its way. Await `done` for the media. */
export class Upload {
  /** The media, once its check has ended. Raises `UploadFailed`, `Refused` or `Unreachable`. */
  readonly done: Promise<Media>;
  private running = new AbortController();
  private go: (() => void) | undefined;
  private paused: Promise<void> | undefined;

  constructor(
    private readonly api: Api,
    private readonly fetch: typeof globalThis.fetch,
    readonly started: Started,
    private readonly file: Blob,
    private readonly options: UploadOptions,
    private readonly forget: () => Promise<void>,
  ) {
    this.done = this.run();
    // Whoever does not wait for the end is told of failures by nobody else either.
    this.done.catch(() => undefined);
  }

  /** Stops what is on its way; parts that have arrived stay. */
  pause(): void {
    if (this.paused) return;
    this.paused = new Promise((resolve) => (this.go = resolve));
    this.running.abort();
  }

  /** Goes on after `pause`. */
  resume(): void {
    this.running = new AbortController();
    this.paused = undefined;
    this.go?.();
  }

  private async run(): Promise<Media> {
    for (;;) {
      await this.paused;
      const { signal } = this.running;
      try {
        await this.sendMissing(signal);
        const media = await this.verdict(signal);
        await this.forget();
        return media;
      } catch (failure) {
        if (signal.aborted) continue;
        if (failure instanceof UploadFailed && (failure.code === "ended" || failure.code === "rejected")) await this.forget();
        throw failure;
      }
    }
  }

  private async sendMissing(signal: AbortSignal): Promise<void> {
    const { uploadId, size, lastModified } = this.started;
    const { lastModified: now } = this.file as Blob & { lastModified?: number };
    if (this.file.size !== size || (lastModified !== undefined && now !== lastModified)) throw this.failed("file_changed", "The file is not what it was when its upload began");
    const progress = await this.api.get("/v1/upload/{upload_id}/progress", { path: { upload_id: uploadId }, signal });
    if (ENDED.includes(progress.status)) throw this.failed("ended", `The upload is ${progress.status}`);
    if (progress.status !== "uploading") return;
    if (progress.method === "post") await this.sendForm(signal);
    else await this.sendParts(progress, signal);
    await this.api.post("/v1/upload/complete", { body: { upload_id: uploadId }, signal });
  }

  private async sendForm(signal: AbortSignal): Promise<void> {
    const { size, uploadId } = this.started;
    this.options.onProgress?.(0, size);
    await this.insist(signal, async () => {
      const { post } = await this.api.post("/v1/upload/chunk", { body: { upload_id: uploadId, part_numbers: [1] }, signal });
      const body = new FormData();
      for (const [name, value] of Object.entries(post?.fields ?? {})) body.append(name, String(value));
      body.append("file", this.file);
      return this.fetch(post?.url ?? "", { method: "POST", body, signal });
    });
    this.options.onProgress?.(size, size);
  }

  private async sendParts(progress: Progress, signal: AbortSignal): Promise<void> {
    const { size } = this.started;
    const partSize = progress.part_size ?? size;
    for (const [number, sha256] of Object.entries(progress.checksums ?? {}))
      if ((await digest(this.part(Number(number), partSize))) !== sha256) throw this.failed("file_changed", `Part ${number} is not what has arrived of it`);
    let done = progress.bytes_received;
    this.options.onProgress?.(done, size);
    const missing = [...progress.parts_missing];
    let signed: SignedPart[] = [];
    let signing: Promise<void> | undefined;
    const next = async (): Promise<SignedPart | undefined> => {
      while (!signed.length && missing.length) await (signing ??= this.sign(missing.splice(0, SIGNED_AT_ONCE), partSize, signal).then((made) => void (signed = made)).finally(() => (signing = undefined)));
      return signed.shift();
    };
    const work = async () => {
      for (let part; (part = await next()); ) {
        const number = part.part_number;
        let fresh: SignedPart | undefined = part;
        await this.insist(signal, async () => {
          const use = fresh ?? (await this.sign([number], partSize, signal))[0];
          fresh = undefined;
          if (!use) throw new ParleyError(`Part ${number} is not signed`);
          return this.fetch(use.url, { method: "PUT", headers: use.headers as Record<string, string>, body: this.part(number, partSize), signal });
        });
        this.options.onProgress?.((done += part.size), size);
      }
    };
    await Promise.all(Array.from({ length: this.options.workers ?? 4 }, work));
  }

  private part(number: number, partSize: number): Blob {
    return this.file.slice((number - 1) * partSize, number * partSize);
  }

  private async sign(numbers: number[], partSize: number, signal: AbortSignal): Promise<SignedPart[]> {
    const checksums: Record<string, string> = {};
    for (const number of numbers) checksums[number] = await digest(this.part(number, partSize));
    const body = { upload_id: this.started.uploadId, part_numbers: numbers, checksums };
    return (await this.api.post("/v1/upload/chunk", { body, signal })).parts ?? [];
  }

  /** Tries until the store says 2xx, each time after the first with a request that is signed anew. */
  private async insist(signal: AbortSignal, attempt: () => Promise<Response>): Promise<void> {
    let status = 0;
    for (let number = 0; number < ATTEMPTS; number++) {
      signal.throwIfAborted();
      try {
        const answer = await attempt();
        status = answer.status;
        if (answer.ok) return;
      } catch (failure) {
        if (signal.aborted || failure instanceof ParleyError) throw failure;
        status = 0;
      }
      if (number && status >= 400 && status < 500 && status !== 408 && status !== 429) break;
      await sleep(pause(number), signal);
    }
    throw this.failed("not_stored", `The store answered ${status || "nothing"}`);
  }

  private async verdict(signal: AbortSignal): Promise<Media> {
    const { verdict = 900_000 } = this.options;
    let waited = 0;
    for (let wait = 200; ; wait = Math.min(2 * wait, 5000)) {
      const media = await this.api.get("/v1/media/{media_id}", { path: { media_id: this.started.uploadId }, signal });
      if (media.status === "rejected") throw this.failed("rejected", `The file was rejected: ${media.reason}`);
      if (ENDED.includes(media.status)) throw this.failed("ended", `The upload is ${media.status}`);
      if (media.status === "ready" || !verdict) return media;
      if ((waited += wait) > verdict) throw this.failed("not_checked_yet", "The check has not ended yet");
      await sleep(wait, signal);
    }
  }

  private failed(code: UploadFailed["code"], message: string): UploadFailed {
    return new UploadFailed(code, message, this.started);
  }
}

async function digest(part: Blob): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
