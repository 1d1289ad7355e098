import { useId } from "react";
import { useFormats, useWords } from "../words/words.js";
import { figureOf, scaleOf, type Day, type Metric, type Sum } from "./usage.js";

interface Drawn {
  of: readonly Day[];
  metric: Metric;
  title: string;
  write: (value: number) => string;
  sum?: Sum;
}

const HEIGHT = 100;
const STEP = 10;
const WIDTH = 6.5;
/** A day on which something happened shows, however little it was. */
const LEAST = 1.5;

/** One measure by day, as bars, with its figure above. The table below the charts has the same for a screen reader. */
export function Bars({ of: days, metric, title, write, sum = "all" }: Drawn) {
  const words = useWords();
  const formats = useFormats();
  const name = useId();
  const scale = scaleOf(days.map((day) => day[metric]));
  const empty = days.every((day) => day[metric] === 0);
  const figure = write(figureOf(days, metric, sum));
  const first = days[0]?.day;
  const last = days.at(-1)?.day;
  return (
    <section className="panel chart" aria-labelledby={name}>
      <h2 id={name}>{title}</h2>
      <p className="figure">
        {figure} <span className="quiet">{words.overview.sums[sum]}</span>
      </p>
      <div className="plot">
        {empty ? <span className="nothing quiet">{words.overview.nothing}</span> : <span className="scale">{write(scale)}</span>}
        <svg viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={words.overview.chart(title, figure)}>
          {days.map((day, place) => {
            const value = day[metric];
            const height = value === 0 ? 0 : Math.max(LEAST, (value / scale) * HEIGHT);
            return (
              <g key={day.day} className="day">
                <title>{`${formats.day(day.day)}: ${write(value)}`}</title>
                <rect className="reach" x={place * STEP} y="0" width={STEP} height={HEIGHT} />
                <rect className="bar-of-day" x={place * STEP + (STEP - WIDTH) / 2} y={HEIGHT - height} width={WIDTH} height={height} />
              </g>
            );
          })}
        </svg>
      </div>
      <p className="ends quiet">
        <span>{first && formats.day(first)}</span>
        <span>{last && formats.day(last)}</span>
      </p>
    </section>
  );
}
