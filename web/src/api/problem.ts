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

/** What the detail of a shortage says in English. */
const SHORTAGE =
  /of (?<sku>\S+) in (?<warehouse>\S+): asked (?<asked>[\d.]+), available (?<available>-?[\d.]+)/;

/** The sentence for people, in their language; what the server says where there is none. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiProblem)) return error instanceof Error ? error.message : String(error);
  const key = `problem.${error.code}`;
  const detail = error.problem.detail ?? "";
  const shortage = error.code === "insufficient_stock" && detail.match(SHORTAGE)?.groups;
  if (shortage) {
    const { sku = "", warehouse = "", asked, available } = shortage;
    return i18n.t("problem.shortage", { sku, warehouse, asked: Number(asked), available: Number(available) });
  }
  const values = { detail, value: error.problem.value ?? "", rule: error.problem.rule ?? "" };
  return i18n.exists(key) ? i18n.t(key as "problem.offline", values) : detail || i18n.t("problem.unknown");
}

/** The field of a form that a problem is about, without the path before it. */
export function fieldOf(error: unknown): string | undefined {
  return error instanceof ApiProblem ? (error.problem.field ?? undefined) : undefined;
}
