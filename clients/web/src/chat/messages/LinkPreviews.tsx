import type { Message } from "@parley/client";
import { useMediaUrl } from "@parley/react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { IconButton } from "../ui/IconButton";

type Preview = Message["link_previews"][number];

/** What the pages say of themselves that a message links to. Its author may take each away. */
export function LinkPreviews({ message, mine }: { message: Pick<Message, "id" | "link_previews">; mine: boolean }) {
  if (!message.link_previews.length) return null;
  return (
    <ul className="link-previews">
      {message.link_previews.map((each) => (
        <Card key={each.url} preview={each} messageId={message.id} mine={mine} />
      ))}
    </ul>
  );
}

function Card({ preview, messageId, mine }: { preview: Preview; messageId: string; mine: boolean }) {
  const words = useWords();
  const { chat } = useSession();
  const { url, title, description, site_name: site, image } = preview;
  const remove = () => void chat.removeLinkPreview(messageId, url).catch(chat.failed);
  return (
    <li className="link-preview">
      <a href={url} target="_blank" rel="noopener noreferrer nofollow">
        {image && <Picture image={image} />}
        <span className="link-preview-said">
          <span className="quiet" dir="auto">
            {site ?? hostOf(url)}
          </span>
          <b dir="auto">{title}</b>
          {description && <span dir="auto">{description}</span>}
        </span>
      </a>
      {mine && <IconButton icon="close" label={words.removePreview(title)} onClick={remove} />}
    </li>
  );
}

function Picture({ image }: { image: NonNullable<Preview["image"]> }) {
  const { urls } = useSession();
  const { url } = useMediaUrl(urls, image.media_id, image.thumbnails.includes("thumb_256") ? "thumb_256" : "original");
  // Its place is kept before it comes: nothing moves.
  return <span className="link-preview-picture">{url && <img src={url} alt="" loading="lazy" draggable={false} />}</span>;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url;
}
