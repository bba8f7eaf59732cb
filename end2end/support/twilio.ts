// A stand-in for Twilio, as strict as the real one, and a server that sends through it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { fakeTwilio } from "./binaries.ts";
import { Server } from "./server.ts";
import { test as base, expect } from "./stories.ts";

export { expect };

export class Twilio {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Twilio> {
    const child = spawn(fakeTwilio, ["--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /listens on (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) return new Twilio(url, child);
    }
    throw new Error("the stand-in for Twilio did not start");
  }

  /** What happens to messages to `to` from now on. */
  async script(to: string, act: Readonly<Record<string, unknown>>, times = 1000): Promise<void> {
    const body = JSON.stringify({ to, times, act });
    const answer = await fetch(`${this.url}/__script`, { method: "POST", body, headers: { "content-type": "application/json" } });
    if (!answer.ok) throw new Error(`the script was not taken: ${answer.status} ${await answer.text()}`);
  }

  /** Tells the server, as Twilio does, that the newest message to `to` is at `status`; what the server answers. */
  async tell(to: string, status: string, code?: number): Promise<number> {
    const wanted = new URLSearchParams({ to, status, ...(code === undefined ? {} : { code: String(code) }) });
    const { address, fields, signature } = await (await fetch(`${this.url}/__callback.json?${wanted}`)).json();
    const headers = { "x-twilio-signature": signature };
    return (await fetch(address, { method: "POST", body: new URLSearchParams(fields), headers })).status;
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await ended;
  }
}

export const test = base.extend<object, { twilio: Twilio }>({
  twilio: [
    async ({}, use) => {
      const twilio = await Twilio.start();
      await use(twilio);
      await twilio.stop();
    },
    { scope: "worker" },
  ],
  server: [
    async ({ settings, twilio }, use) => {
      const server = await Server.start({
        SMS__PROVIDERS: '["twilio"]',
        SMS__TWILIO__BASE_URL: twilio.url,
        SMS__TWILIO__ACCOUNT_SID: "AC0123456789abcdef0123456789abcdef",
        SMS__TWILIO__AUTH_TOKEN: "fake-auth-token",
        SMS__TWILIO__FROM_NUMBER: "+15005550006",
        SMS__TWILIO__CALLBACKS: "always",
        OTP__RESEND_AFTER_SECONDS: "[0]",
        ...settings,
      });
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  inbox: [async ({ twilio }, use) => use(`${twilio.url}/__inbox.json`), { scope: "worker" }],
});
