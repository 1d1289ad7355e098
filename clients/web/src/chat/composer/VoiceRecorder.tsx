import { useEffect, useRef, useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { IconButton } from "../ui/IconButton";
import { useFormats } from "../ui/times";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** Records a voice message, where the browser can. */
export function VoiceRecorder({ onRecorded }: { onRecorded(file: File): void }) {
  const words = useWords();
  const formats = useFormats();
  const { chat } = useSession();
  const [recorder, setRecorder] = useState<MediaRecorder>();
  const [seconds, setSeconds] = useState(0);
  const current = useRef<MediaRecorder>(undefined);
  useEffect(() => {
    if (!recorder) return setSeconds(0);
    const began = performance.now();
    const timer = setInterval(() => setSeconds((performance.now() - began) / 1000), 500);
    return () => clearInterval(timer);
  }, [recorder]);
  useEffect(
    () => () => {
      // Who goes elsewhere does not want it.
      const { current: left } = current;
      if (!left || left.state === "inactive") return;
      left.onstop = null;
      left.stop();
      left.stream.getTracks().forEach((track) => track.stop());
    },
    [],
  );
  const start = async () => {
    const mimeType = typeof MediaRecorder === "undefined" ? undefined : TYPES.find((each) => MediaRecorder.isTypeSupported(each));
    if (!mimeType) return chat.failed(new Error(words.noMicrophone));
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const made = new MediaRecorder(stream, { mimeType });
      const parts: Blob[] = [];
      made.ondataavailable = ({ data }) => parts.push(data);
      made.onstop = () => {
        stream.getTracks().forEach((track) => track.stop());
        setRecorder(undefined);
        const type = mimeType.split(";")[0] ?? mimeType;
        onRecorded(new File(parts, `${words.voice}.${type.split("/")[1]}`, { type }));
      };
      made.start();
      current.current = made;
      setRecorder(made);
    } catch {
      chat.failed(new Error(words.noMicrophone));
    }
  };
  if (!recorder) return <IconButton icon="mic" label={words.record} onClick={() => void start()} />;
  return (
    <span className="recording">
      <span role="timer">{words.recording(formats.clock(seconds))}</span>
      <IconButton icon="stop" label={words.stopRecording} onClick={() => recorder.stop()} />
    </span>
  );
}
