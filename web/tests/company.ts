// A server of its own for one test: a folder that is thrown away, a free port, an administrator.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BINARY = process.env.ACOPIO_BINARY ?? "../target/debug/acopio";
export const PASSWORD = "a password for tests";

export class Company {
  url = "";
  token = "";
  private process?: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), "acopio-web-"));

  static async start(): Promise<Company> {
    const company = new Company();
    writeFileSync(join(company.folder, "password"), PASSWORD);
    await company.run("127.0.0.1:0");
    company.token = (await company.post("/v1/sessions", { username: "admin", password: PASSWORD })).token;
    return company;
  }

  private run(listen: string): Promise<void> {
    const options = ["--warehouse", "LON=London", "--warehouse", "MAD=Madrid", "--listen", listen];
    const files = [
      "--data",
      join(this.folder, "data"),
      "--admin-password-file",
      join(this.folder, "password"),
    ];
    const child = spawn(BINARY, ["serve", ...options, ...files]);
    this.process = child;
    return new Promise((resolve, reject) => {
      let said = "";
      const listenTo = (chunk: Buffer) => {
        said += chunk;
        const url = said.match(/ready on (http:\/\/\S+)/)?.[1];
        if (url) {
          this.url = url;
          resolve();
        }
      };
      child.stdout.on("data", listenTo);
      child.stderr.on("data", listenTo);
      child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
  }

  private stop(): Promise<void> {
    return new Promise((resolve) => {
      this.process?.removeAllListeners("exit").once("exit", () => resolve());
      this.process?.kill("SIGTERM");
    });
  }

  /** Stops the server, waits, and starts it again on the same port. */
  async restart(pause: number): Promise<void> {
    await this.stop();
    await new Promise((resolve) => setTimeout(resolve, pause));
    await this.run(new URL(this.url).host);
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they come
  async ask(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
        ...(this.token && { authorization: `Bearer ${this.token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text.startsWith("{") ? JSON.parse(text) : text;
  }

  get(path: string) {
    return this.ask("GET", path);
  }

  post(path: string, body: unknown) {
    return this.ask("POST", path, body);
  }

  async product(sku: string, name: string, more: object = {}) {
    return this.post("/v1/products", { sku, name, ...more });
  }

  async receive(warehouse: string, sku: string, quantity: number) {
    return this.post("/v1/movements", { kind: "receipt", warehouse, sku, quantity });
  }

  async onHand(warehouse: string, sku: string): Promise<number> {
    const { items } = await this.get(`/v1/stock?warehouse=${warehouse}&sku=${sku}`);
    return items[0]?.on_hand ?? 0;
  }
}
