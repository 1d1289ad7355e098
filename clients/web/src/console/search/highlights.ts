/** Fragments come as escaped HTML with `<em>` around what was found. They are never given to the page as HTML. */
export interface Piece {
  text: string;
  found: boolean;
}

const ENTITIES: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&#39;": "'", "&#x2F;": "/" };

export function piecesOf(html: string): readonly Piece[] {
  return html
    .split(/(<em>.*?<\/em>)/s)
    .filter(Boolean)
    .map((part) => ({ text: plain(part.replace(/^<em>|<\/em>$/g, "")), found: part.startsWith("<em>") }));
}

function plain(escaped: string): string {
  return escaped.replace(/&(?:amp|lt|gt|quot|#x27|#39|#x2F);/g, (entity) => ENTITIES[entity] ?? entity);
}
