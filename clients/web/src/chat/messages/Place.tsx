import type { Message } from "@parley/client";
import { useWords } from "../preferences";
import { Icon } from "../ui/Icon";
import { useFormats } from "../ui/times";

const DIGITS = 5;

/** A place that a message shows: its name, where it is, and a link to a map. Nothing is asked of the map until the link is followed. */
export function Place({ location }: { location: NonNullable<Message["location"]> }) {
  const words = useWords();
  const formats = useFormats();
  const { latitude, longitude, name, accuracy } = location;
  const [north, east] = [latitude.toFixed(DIGITS), longitude.toFixed(DIGITS)];
  return (
    <p className="place">
      <Icon name="place" />
      {name && <b dir="auto">{name}</b>}
      <bdi>
        {north}, {east}
      </bdi>
      {accuracy !== null && <span className="quiet">± {formats.metres(accuracy)}</span>}
      <a href={`https://www.openstreetmap.org/?mlat=${north}&mlon=${east}#map=16/${north}/${east}`} target="_blank" rel="noopener noreferrer nofollow">
        {words.showOnMap}
      </a>
    </p>
  );
}
