import type { Api } from "./api.js";
import type { components } from "./generated/openapi.js";

type Wanted = components["schemas"]["WantedUrl"];
export type Variant = NonNullable<Wanted["variant"]>;

const AT_ONCE = 100;
const MOST_KEPT = 2_000;
/** A URL is not handed out in the last tenth of its life: what is shown with it is still to be loaded. */
const USED = 0.9;
const TTL = 3_600;

interface Kept {
  url: Promise<string>;
  /** By the device's own monotonic clock, which is never wrong by an hour. */
  until: number;
}

/** Signed URLs of files and thumbnails: what a page asks for at the same moment is signed in one request, and kept while it works. */
export class MediaUrls {
  private readonly kept = new Map<string, Kept>();
  private waiting: { wanted: Wanted; resolve(url: string): void; reject(failure: unknown): void }[] = [];

  constructor(private readonly api: Api) {}

  /** The URL of a file or of one of its thumbnails. Raises `Refused`, `Unreachable`, or an `Error` with the code where it may not be fetched. */
  get(mediaId: string, variant: Variant = "original", disposition: "inline" | "attachment" = "inline"): Promise<string> {
    const key = `${mediaId} ${variant} ${disposition}`;
    const known = this.kept.get(key);
    if (known && performance.now() < known.until) return known.url;
    const url = new Promise<string>((resolve, reject) => {
      if (!this.waiting.length) queueMicrotask(() => this.sign());
      this.waiting.push({ wanted: { media_id: mediaId, variant, disposition }, resolve, reject });
    });
    this.kept.delete(key);
    this.kept.set(key, { url, until: performance.now() + TTL * 1000 * USED });
    url.catch(() => this.kept.delete(key));
    if (this.kept.size > MOST_KEPT) for (const oldest of this.kept.keys()) {
      this.kept.delete(oldest);
      break;
    }
    return url;
  }

  private sign(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let from = 0; from < all.length; from += AT_ONCE) void this.signThese(all.slice(from, from + AT_ONCE));
  }

  private async signThese(some: typeof this.waiting): Promise<void> {
    try {
      const { data } = await this.api.post("/v1/download/signed", { body: { items: some.map((each) => each.wanted), ttl: TTL } });
      some.forEach(({ resolve, reject }, at) => {
        const { signed, code } = data[at] ?? {};
        if (signed) resolve(signed.url);
        else reject(new Error(code ?? "not_signed"));
      });
    } catch (failure) {
      for (const { reject } of some) reject(failure);
    }
  }
}
