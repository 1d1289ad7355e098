import { useMediaUrl } from "@parley/react";
import { useRef, useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";
import type { Attachment } from "./kinds";

const LEAST = 6;

/** A voice message: its waveform is where one sees, and chooses, what is played. */
export function Recording({ audio, waveform }: { audio: Attachment; waveform: readonly number[] }) {
  const words = useWords();
  const formats = useFormats();
  const { urls, chat } = useSession();
  const { url } = useMediaUrl(urls, audio.media_id);
  const element = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const seconds = (audio.duration_ms ?? 0) / 1000;
  const name = audio.filename ?? words.voice;
  const toggle = () => {
    const { current } = element;
    if (playing) current?.pause();
    else current?.play().catch(chat.failed);
  };
  const seek = (to: number) => {
    if (element.current) element.current.currentTime = to;
    setAt(to);
  };
  return (
    <div className="recording-player" role="group" aria-label={name}>
      <audio
        ref={element}
        src={url}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => seek(0)}
        onTimeUpdate={({ currentTarget }) => setAt(currentTarget.currentTime)}
      />
      <IconButton icon={playing ? "pause" : "play"} label={playing ? words.pause : words.play} onClick={toggle} />
      <span className="waveform">
        <span aria-hidden="true">
          {waveform.map((loud, part) => (
            <i key={part} data-played={at * waveform.length > part * seconds && at > 0 ? true : undefined} style={{ blockSize: `${Math.max(LEAST, loud)}%` }} />
          ))}
        </span>
        <input
          type="range"
          min={0}
          max={seconds}
          step={0.1}
          value={Math.min(at, seconds)}
          aria-label={words.playFrom}
          aria-valuetext={formats.clock(at)}
          onChange={({ currentTarget }) => seek(Number(currentTarget.value))}
        />
      </span>
      <span className="quiet">{formats.clock(playing || at > 0 ? at : seconds)}</span>
    </div>
  );
}
