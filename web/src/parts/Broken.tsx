import type { ErrorComponentProps } from "@tanstack/react-router";
import { Failed } from "./Empty";

/** A screen that failed to draw. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return <Failed error={error} onRetry={reset} />;
}
