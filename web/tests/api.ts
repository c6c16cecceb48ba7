// Asks a server as a program would.
import { randomUUID } from "node:crypto";

export class Api {
  token = "";

  constructor(readonly url: () => string) {}

  async signIn(username: string, password: string): Promise<void> {
    this.token = (await this.post("/v1/sessions", { username, password })).token;
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they come
  async ask(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(this.url() + path, {
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
