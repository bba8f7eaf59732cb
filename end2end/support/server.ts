// A server of one's own: its port, its folder, its database, its accounts. It goes with the worker that started it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { latchkey } from "./binaries.ts";

/** Settings on top of the usual ones: `OTP__TTL_SECONDS` for `LATCHKEY_OTP__TTL_SECONDS`. */
export type Settings = Readonly<Record<string, string>>;

/** Limits by address and installation would count all stories together; limits by number and account are raised where
 * a story is not about them. The pause between messages stays as it is. */
const usual: Settings = {
  SMS__PROVIDERS: '["outbox"]',
  LIMITS__SIGN_INS_PER_ADDRESS_PER_MINUTE: "0",
  LIMITS__SENDS_PER_ADDRESS_PER_HOUR: "0",
  LIMITS__SENDS_PER_MINUTE: "0",
  LIMITS__UNPROVEN_NUMBERS_PER_BLOCK_PER_HOUR: "0",
  OTP__SENDS_PER_NUMBER_PER_HOUR: "50",
  OTP__SENDS_PER_NUMBER_PER_DAY: "50",
  OTP__SENDS_PER_ACCOUNT_PER_DAY: "50",
  LOG__LEVEL: "warn",
};

export class Server {
  /** Where browsers find it. */
  readonly url: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "latchkey-e2e-"));
  private readonly environment: NodeJS.ProcessEnv;
  private readonly process: ChildProcess;
  private log = "";
  private accounts = 0;
  private numbers = 0;

  private constructor(port: number, settings: Settings) {
    this.url = `http://localhost:${port}`;
    const own = {
      ...usual,
      SERVER__LISTEN: `127.0.0.1:${port}`,
      SERVER__PUBLIC_URL: this.url,
      DATABASE__URL: `sqlite://${join(this.folder, "latchkey.db")}`,
      SECRETS__KEY_FILE: join(this.folder, "secret.key"),
      ...settings,
    };
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("LATCHKEY_"));
    const named = Object.entries(own).map(([name, value]) => [`LATCHKEY_${name}`, value]);
    this.environment = Object.fromEntries([...inherited, ...named]);
    // Its working folder is its own: a settings file of the developer's does not count here.
    this.process = spawn(latchkey, ["serve"], { cwd: this.folder, env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
    this.process.stdout?.on("data", (text) => (this.log += text));
    this.process.stderr?.on("data", (text) => (this.log += text));
  }

  static async start(settings: Settings = {}): Promise<Server> {
    const server = new Server(await freePort(), settings);
    await server.ready();
    return server;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = once(this.process, "exit");
      // Browsers keep lines open that a polite end would wait for.
      this.process.kill("SIGKILL");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the server has written so far. */
  written(): string {
    return this.log;
  }

  /** A name that no other story uses. */
  freshName(): string {
    this.accounts += 1;
    return `person${this.accounts}`;
  }

  /** A number that no other story uses; two in a row differ in their last two digits. */
  freshNumber(): string {
    this.numbers += 1;
    return `+1201555${String(100 + this.numbers).padStart(4, "0")}`;
  }

  /** Runs a command of the product; what it prints. */
  async run(args: readonly string[], input = ""): Promise<string> {
    const child = spawn(latchkey, args, { cwd: this.folder, env: this.environment, stdio: ["pipe", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (text) => (out += text));
    child.stderr.on("data", (text) => (err += text));
    // A command that reads nothing may have ended by now; its code tells how it went.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`latchkey ${args.join(" ")} ended with ${code}: ${err}`);
    return out;
  }

  private async ready(): Promise<void> {
    const patience = Date.now() + 20_000;
    for (;;) {
      if (this.process.exitCode !== null) throw new Error(`the server ended at its start:\n${this.log}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > patience) throw new Error(`the server is not ready:\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
