import type { Message } from "@parley/client";
import { useMediaUrl } from "@parley/react";
import { useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";
import { ImageView } from "./ImageView";
import { kindOf, type Attachment } from "./kinds";
import "./media.css";
import { Recording } from "./Recording";

/** The files of a message: pictures together, then what plays, then what is downloaded. */
export function Attachments({ message }: { message: Pick<Message, "attachments"> }) {
  const words = useWords();
  const [shown, setShown] = useState<number>();
  const { attachments } = message;
  if (!attachments.length) return null;
  const images = attachments.filter((each) => kindOf(each) === "image");
  return (
    <div className="attachments">
      {images.length > 0 && (
        <div className="pictures" data-count={Math.min(images.length, 4)}>
          {images.map((each, index) => (
            <Picture key={each.media_id} image={each} alone={images.length === 1} onOpen={() => setShown(index)} />
          ))}
        </div>
      )}
      {attachments.map((each) => {
        const kind = kindOf(each);
        if (kind === "video") return <Video key={each.media_id} video={each} />;
        if (kind === "audio" && each.waveform) return <Recording key={each.media_id} audio={each} waveform={each.waveform} />;
        if (kind === "audio") return <Audio key={each.media_id} audio={each} />;
        if (kind === "file") return <FileCard key={each.media_id} file={each} />;
        if (kind === "gone")
          return (
            <p key={each.media_id} className="quiet">
              {words.fileGone}
            </p>
          );
        return null;
      })}
      {shown !== undefined && <ImageView images={images} at={shown} onAt={setShown} onClose={() => setShown(undefined)} />}
    </div>
  );
}

const WIDEST = 340;
const HIGHEST = 260;

function Picture({ image, alone, onOpen }: { image: Attachment; alone: boolean; onOpen(): void }) {
  const words = useWords();
  const { urls } = useSession();
  const { width, height, thumbnails, media_id } = image;
  const large = alone && thumbnails.includes("thumb_1024");
  const { url } = useMediaUrl(urls, media_id, large ? "thumb_1024" : "thumb_256");
  const name = image.filename ?? words.image;
  // Its place is kept before it comes: nothing moves.
  const shrunk = alone && width && height ? Math.min(1, WIDEST / width, HIGHEST / height) : undefined;
  const style = shrunk && width && height ? { width: Math.max(96, width * shrunk), aspectRatio: `${width} / ${height}` } : undefined;
  return (
    <button type="button" className="picture" style={style} aria-label={words.openImage(name)} onClick={onOpen}>
      {url && <img src={url} alt="" loading="lazy" draggable={false} />}
    </button>
  );
}

function Video({ video }: { video: Attachment }) {
  const words = useWords();
  const { urls } = useSession();
  const { media_id, width, height, thumbnails } = video;
  const { url } = useMediaUrl(urls, media_id);
  const { url: poster } = useMediaUrl(urls, thumbnails.includes("poster") ? media_id : undefined, "poster");
  const style = width && height ? { aspectRatio: `${width} / ${height}` } : undefined;
  return <video controls preload="metadata" playsInline src={url} poster={poster} style={style} aria-label={video.filename ?? words.video} />;
}

function Audio({ audio }: { audio: Attachment }) {
  const words = useWords();
  const { urls } = useSession();
  const { url } = useMediaUrl(urls, audio.media_id);
  return <audio controls preload="metadata" src={url} aria-label={audio.filename ?? words.voice} />;
}

function FileCard({ file }: { file: Attachment }) {
  const words = useWords();
  const formats = useFormats();
  const { urls, chat } = useSession();
  const name = file.filename ?? words.file;
  const download = () => urls.get(file.media_id, "original", "attachment").then((url) => location.assign(url), chat.failed);
  return (
    <button type="button" className="file-card" aria-label={`${words.download}: ${name}`} onClick={() => void download()}>
      <Icon name="file" />
      <span className="file-name" dir="auto">
        {name}
      </span>
      <span className="file-state">{file.size !== null && formats.size(file.size)}</span>
      <Icon name="download" />
    </button>
  );
}
