// The one way to the server: typed by its document, idempotent, and with problems as exceptions.
import createClient from "openapi-fetch";
import { Later, tellAccepted } from "./accepted";
import { ApiProblem } from "./problem";
import type { paths } from "./schema";
import type { Accepted, Problem } from "./types";

type Listener = (problem: ApiProblem) => void;
const listeners = new Set<Listener>();

/** Calls back whenever a request is refused, whoever made it. */
export function onProblem(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A key under which the server does a thing at most once. Time-ordered (UUID v7). */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiProblem({ code: "offline", status: 0 });
  }
}

export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: send,
  querySerializer: { array: { style: "form", explode: true } },
});

api.use({
  onRequest({ request }) {
    const changes = request.method !== "GET" && request.method !== "HEAD";
    if (changes && !request.headers.has("idempotency-key")) request.headers.set("idempotency-key", newKey());
    return request;
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

function problemOf({ error, response }: Answer<unknown>): ApiProblem {
  if (error && typeof error === "object" && "code" in error) return new ApiProblem(error as Problem);
  const code = response.status === 502 || response.status === 504 ? "offline" : "unknown";
  return new ApiProblem({ code, status: response.status, detail: response.statusText });
}

/** Waits for an answer and gives its body, or throws the problem. */
export async function call<T>(answer: Promise<Answer<T>>): Promise<T> {
  const got = await answer;
  if (got.response.ok) return got.data as T;
  const problem = problemOf(got);
  for (const listener of listeners) listener(problem);
  throw problem;
}

/** Waits for the outcome of a command, which another node may have to decide about. */
export async function outcome<T>(answer: Promise<Answer<T | Accepted>>): Promise<T | Later> {
  const body = await call(answer);
  const { response } = await answer;
  return response.status === 202 ? new Later((body as Accepted).id) : (body as T);
}

/** The same, and where there is no outcome yet, whoever listens is told. */
export async function command<T>(answer: Promise<Answer<T | Accepted>>): Promise<T | Later> {
  const done = await outcome(answer);
  if (done instanceof Later) tellAccepted(done);
  return done;
}

/** The header by which a change is made only to the version that was read. */
export function ifMatch(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}
