// A server of its own for one test: a folder that is thrown away, a free port, an administrator.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "./api";
import { type Running, run } from "./process";

export const PASSWORD = "a password for tests";

export class Company extends Api {
  private server?: Running;
  private readonly folder = mkdtempSync(join(tmpdir(), "acopio-web-"));

  private constructor() {
    super(() => this.server?.said ?? "");
  }

  static async start(): Promise<Company> {
    const company = new Company();
    writeFileSync(join(company.folder, "password"), PASSWORD);
    await company.run("127.0.0.1:0");
    await company.signIn("admin", PASSWORD);
    return company;
  }

  private async run(listen: string): Promise<void> {
    const places = ["--warehouse", "LON=London", "--warehouse", "MAD=Madrid"];
    const files = [
      "--data",
      join(this.folder, "data"),
      "--admin-password-file",
      join(this.folder, "password"),
    ];
    this.server = await run(["serve", ...places, ...files, "--listen", listen], /ready on (http:\/\/\S+)/);
  }

  /** Stops the server, waits, and starts it again on the same port. */
  async restart(pause: number): Promise<void> {
    const { host } = new URL(this.url());
    await this.server?.stop();
    await new Promise((resolve) => setTimeout(resolve, pause));
    await this.run(host);
  }

  async end(): Promise<void> {
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
