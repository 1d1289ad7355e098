import { useMediaUrl } from "@parley/react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";
import { IconButton } from "../ui/IconButton";
import type { Attachment } from "./kinds";

/** A picture over the whole window; the arrow keys go to those beside it. */
export function ImageView({ images, at, onAt, onClose }: { images: readonly Attachment[]; at: number; onAt(index: number): void; onClose(): void }) {
  const words = useWords();
  const { urls, chat } = useSession();
  const image = images[at];
  const large = image?.thumbnails.includes("thumb_1024");
  const { url } = useMediaUrl(urls, image?.media_id, large ? "thumb_1024" : "original");
  if (!image) return null;
  const name = image.filename ?? words.image;
  const go = (step: number) => images[at + step] && onAt(at + step);
  return (
    <Dialog title={name} onClose={onClose} className="image-view">
      <div
        className="image-stage"
        onKeyDown={({ key, currentTarget }) => {
          const along = getComputedStyle(currentTarget).direction === "rtl" ? -1 : 1;
          if (key === "ArrowRight") go(along);
          if (key === "ArrowLeft") go(-along);
        }}
      >
        {images.length > 1 && <IconButton icon="back" mirrored label={words.previous} disabled={at === 0} onClick={() => go(-1)} />}
        {url ? <img src={url} alt={name} /> : <p>{words.loading}</p>}
        {images.length > 1 && <IconButton icon="forward" mirrored label={words.next} disabled={at === images.length - 1} onClick={() => go(1)} />}
      </div>
      <footer>
        <span>{images.length > 1 && `${at + 1} / ${images.length}`}</span>
        <button type="button" className="button plain" onClick={() => void urls.get(image.media_id, "original", "attachment").then((to) => location.assign(to), chat.failed)}>
          {words.download}
        </button>
      </footer>
    </Dialog>
  );
}
