// What must be known without a connection, so that people can go on scanning after a reload.
import { ApiProblem } from "./problem";

const keyOf = (name: string) => `acopio.remembered.${name}`;

/** Asks the server and remembers its answer; where it cannot be reached, the answer of before. */
export async function remember<T>(name: string, ask: () => Promise<T>): Promise<T> {
  try {
    const answer = await ask();
    localStorage.setItem(keyOf(name), JSON.stringify(answer));
    return answer;
  } catch (error) {
    const before = localStorage.getItem(keyOf(name));
    if (before && error instanceof ApiProblem && error.code === "offline") return JSON.parse(before);
    throw error;
  }
}

/** Forgets an answer, as who was signed in. */
export function forget(name: string): void {
  localStorage.removeItem(keyOf(name));
}
