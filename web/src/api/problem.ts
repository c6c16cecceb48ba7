// What went wrong, in one shape for everything that can.
import i18n from "../i18n";
import type { Problem } from "./types";

/** An answer that is a "no", or no answer at all (code `offline`). */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly problem: Partial<Problem>;

  constructor(problem: Partial<Problem>) {
    super(problem.detail ?? problem.code ?? "unknown");
    this.code = problem.code ?? "unknown";
    this.status = problem.status ?? 0;
    this.problem = problem;
  }

  /** Whether the same request may succeed later without being changed. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 503 || this.status === 502;
  }
}

/** What a refusal says in figures: these are written in the reader's notation. */
const FIGURES = ["asked", "available", "held", "on_hand", "on_the_road", "quantity"];

/** What a refusal is about, by name. */
function valuesOf(problem: Partial<Problem>): Record<string, string | number> {
  const values = Object.entries(problem.values ?? {});
  return Object.fromEntries(
    values.map(([name, value]) => [name, FIGURES.includes(name) ? Number(value) : String(value)]),
  );
}

/** A field as people call it: the last part of its path. */
function nameOf(field: string | null | undefined): string {
  const name = field?.split(/[.[\]]+/).findLast(Boolean) ?? "";
  const key = [`field.${name}`, `word.${name}`, `user.${name}`].find((known) => i18n.exists(known));
  return key ? i18n.t(key as "word.name") : name;
}

/** The sentence for people, in their language; what the server says where there is none. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiProblem)) return error instanceof Error ? error.message : String(error);
  const { detail = "", value, rule, field } = error.problem;
  const known = valuesOf(error.problem);
  const isTold = Object.keys(known).length > 0 && i18n.exists(`problem.${error.code}_of`);
  const key = `problem.${error.code}${isTold ? "_of" : ""}`;
  const values = { ...known, detail, value: value ?? "", rule: rule ?? "", field: nameOf(field) };
  return i18n.exists(key) ? i18n.t(key as "problem.offline", values) : detail || i18n.t("problem.unknown");
}

/** The field of a form that a problem is about, without the path before it. */
export function fieldOf(error: unknown): string | undefined {
  return error instanceof ApiProblem ? (error.problem.field ?? undefined) : undefined;
}
