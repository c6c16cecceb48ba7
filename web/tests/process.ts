// A program that a test starts: it is ready once it has said so, and ended when the test is over.
import { type ChildProcess, spawn } from "node:child_process";

const BINARY = process.env.ACOPIO_BINARY ?? "../target/debug/acopio";
const READY_MS = 60_000;

export interface Running {
  /** What the program said when it was ready: the first group of the pattern. */
  said: string;
  stop: (signal?: "SIGTERM" | "SIGKILL") => Promise<void>;
}

/** Starts `acopio` and waits for words that match. */
export function run(args: string[], ready: RegExp): Promise<Running> {
  const child = spawn(BINARY, args);
  return new Promise((resolve, reject) => {
    let said = "";
    const patience = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`acopio ${args[0]} is not ready after ${READY_MS} ms: ${said}`));
    }, READY_MS);
    const fail = (why: unknown) => {
      clearTimeout(patience);
      reject(new Error(`acopio ${args[0]} ended: ${why} ${said}`));
    };
    const listen = (chunk: Buffer) => {
      said += chunk;
      const found = said.match(ready)?.[1];
      if (!found) return;
      clearTimeout(patience);
      resolve({ said: found, stop: (signal = "SIGTERM") => stop(child, signal) });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("error", fail);
    child.on("exit", fail);
  });
}

function stop(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.removeAllListeners("exit").once("exit", () => resolve());
    child.kill(signal);
  });
}
