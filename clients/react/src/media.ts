import { useEffect, useState } from "react";
import type { MediaUrls, Variant } from "@parley/client";

/** The signed URL of a file or of a thumbnail: undefined until there is one. */
export function useMediaUrl(urls: MediaUrls, mediaId: string | undefined, variant: Variant = "original", disposition: "inline" | "attachment" = "inline") {
  const [state, setState] = useState<{ of?: string; url?: string; failure?: unknown }>({});
  const of = `${mediaId} ${variant} ${disposition}`;
  useEffect(() => {
    if (!mediaId) return;
    let shown = true;
    urls.get(mediaId, variant, disposition).then(
      (url) => shown && setState({ of, url }),
      (failure: unknown) => shown && setState({ of, failure }),
    );
    return () => void (shown = false);
  }, [urls, mediaId, variant, disposition, of]);
  return state.of === of ? state : {};
}
