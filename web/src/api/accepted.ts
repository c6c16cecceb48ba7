// Commands that another node decides about: accepted here, and answered later.

/** Instead of an outcome: the command waits for the node that decides about its warehouse. */
export class Later {
  constructor(readonly operation: string) {}
}

type Listener = (later: Later) => void;
const listeners = new Set<Listener>();

/** Calls back whenever a command is accepted for later, whoever sent it. */
export function onAccepted(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells all who want to know. */
export function tellAccepted(later: Later): void {
  for (const listener of listeners) listener(later);
}

/** Whether there is no outcome yet. */
export function waits(done: unknown): done is Later {
  return done instanceof Later;
}
