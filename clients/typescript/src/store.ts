/** A value that is read as a whole and replaced as a whole: what `useSyncExternalStore` takes. */
export class Store<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private state: T) {}

  /** The state now: the same object until it changes. */
  readonly getSnapshot = (): T => this.state;

  /** Calls at each change; what it gives ends that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Replaces the state; nobody is told of one that is the same. */
  update(change: (state: T) => T): void {
    const next = change(this.state);
    if (next === this.state) return;
    this.state = next;
    for (const listener of [...this.listeners]) listener();
  }
}
