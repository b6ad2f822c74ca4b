// Whether the service is still starting. It says so itself, in the answer to whatever it is asked too early; the first other outcome, be it an
// answer or none, means that this is over.
export interface Recovery {
  /** opening, restoring, catching-up or activating. */
  readonly stage: string;
  /** Of the log that must be looked through; null before that is known. */
  readonly percent: number | null;
}

export class RecoveryWatch {
  /** How far it is; null when it does not say that it is starting. */
  now: Recovery | null = null;

  private readonly listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  /** Takes what a request came to: how far the start is, or that it is no matter of a start. */
  heard(recovery: Recovery | null): void {
    if (this.now === recovery || (this.now?.stage === recovery?.stage && this.now?.percent === recovery?.percent)) return;
    this.now = recovery;
    for (const listener of this.listeners) listener();
  }
}

export const recovery = new RecoveryWatch();
