// A real cluster for one test: a hub, and a node for each of two warehouses. It needs the program nats-server.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api } from "./api";
import { PASSWORD } from "./company";
import { type Running, run } from "./process";

const NATS_SERVER = process.env.ACOPIO_NATS_SERVER ?? "../target/nats/bin/nats-server";
const JOINED_MS = 30_000;
const LOOK_MS = 100;

export const hasHub = () => existsSync(NATS_SERVER);

/** One node of the cluster, which can be killed and started again at its address. */
export class TestNode extends Api {
  private running?: Running;

  constructor(
    readonly name: string,
    private readonly place: string,
    private readonly folder: string,
    private readonly hub: string,
  ) {
    super(() => this.running?.said ?? "");
  }

  async start(): Promise<void> {
    const listen = this.running ? new URL(this.running.said).host : "127.0.0.1:0";
    const files = [
      "--data",
      join(this.folder, this.name),
      "--admin-password-file",
      join(this.folder, "password"),
    ];
    const joining = ["--join", this.hub, "--join-token-file", join(this.folder, "hub/join-token")];
    const place = ["--warehouse", `${this.name.toUpperCase()}=${this.place}`];
    const args = ["serve", "--node", this.name, "--listen", listen, ...files, ...joining, ...place];
    this.running = await run(args, /ready on (http:\/\/\S+)/);
    await this.signIn("admin", PASSWORD);
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    await this.running?.stop("SIGKILL");
  }
}

export class Nodes {
  private constructor(
    private readonly folder: string,
    private readonly hub: Running,
    readonly lon: TestNode,
    readonly mad: TestNode,
  ) {}

  /** London founds the company; Madrid joins it. Each decides about the warehouse that it has brought. */
  static async start(): Promise<Nodes> {
    const folder = mkdtempSync(join(tmpdir(), "acopio-nodes-"));
    writeFileSync(join(folder, "password"), PASSWORD);
    const files = ["--data", join(folder, "hub"), "--listen", "127.0.0.1:0"];
    const hub = await run(["hub", ...files, "--nats-server", NATS_SERVER], /hub at (\S+)/);
    const lon = new TestNode("lon", "London", folder, hub.said);
    const mad = new TestNode("mad", "Madrid", folder, hub.said);
    const nodes = new Nodes(folder, hub, lon, mad);
    try {
      await lon.start();
      await mad.start();
      await nodes.until(
        async () => (await nodes.ownerOf("MAD")) === "mad",
        "lon knows who decides about MAD",
      );
      return nodes;
    } catch (error) {
      await nodes.end();
      throw error;
    }
  }

  /** Who decides about a warehouse, as London knows it. */
  ownerOf = async (warehouse: string): Promise<string | undefined> => {
    const { nodes } = await this.lon.get("/v1/cluster");
    return nodes.find(({ owns }: { owns: string[] }) => owns.includes(warehouse))?.name;
  };

  async until(isSo: () => Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + JOINED_MS;
    while (!(await isSo())) {
      if (end < Date.now()) throw new Error(`it does not come to it that ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async end(): Promise<void> {
    await this.lon.kill();
    await this.mad.kill();
    await this.hub.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
