import { useEffect, useRef, type ReactNode } from "react";
import { useFormats, useWords } from "../words/words.js";

interface Head {
  title: string;
  /** What the view is for, in a sentence. */
  about?: ReactNode;
  /** What can be done in it. */
  acts?: ReactNode;
  /** The way back to the list that it belongs to. */
  back?: ReactNode;
  children: ReactNode;
}

/** A view. Its heading takes the focus when it is gone to, so that a screen reader says where one is. */
export function View({ title, about, acts, back, children }: Head) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${words.frame.console}`;
  }, [title, words]);
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest("nav, main")) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      {back && <p className="back">{back}</p>}
      <header className="view-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {about && <p className="quiet">{about}</p>}
        </div>
        {acts && <div className="acts">{acts}</div>}
      </header>
      {children}
    </>
  );
}

/** A part of a view with a heading of its own. */
export function Panel({ title, acts, children }: { title: string; acts?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel">
      <header className="panel-head">
        <h2>{title}</h2>
        {acts && <div className="acts">{acts}</div>}
      </header>
      {children}
    </section>
  );
}

export function Moment({ at }: { at: string | null | undefined }) {
  const formats = useFormats();
  return at ? <time dateTime={at}>{formats.moment(at)}</time> : <span className="quiet">–</span>;
}

/** Something that a person wrote stands in its own direction. */
export function Name({ children }: { children: ReactNode }) {
  return <bdi>{children}</bdi>;
}

/** `whole` stays on one line: a short name. */
export function Code({ whole = false, children }: { whole?: boolean; children: ReactNode }) {
  return (
    <code dir="ltr" className={whole ? "whole" : undefined}>
      {children}
    </code>
  );
}

export function Badge({ tone = "plain", children }: { tone?: "plain" | "good" | "warn" | "bad"; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

/** Names and what they stand for. */
export function Facts({ of }: { of: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
