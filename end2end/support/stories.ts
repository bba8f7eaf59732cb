// What a story starts from: a server, a person's browser, accounts that nobody else uses.
import { type Browser, type BrowserContextOptions, test as base, expect } from "@playwright/test";

import { App } from "./app.ts";
import { Inbox } from "./inbox.ts";
import { Portal } from "./portal.ts";
import { Server, type Settings } from "./server.ts";
import { watch } from "./watch.ts";

export { expect };

/** An account with its password and, if it has one, its phone. */
export interface Account {
  readonly name: string;
  readonly password: string;
  readonly phone?: Inbox;
}

/** Makes accounts and phones. */
export interface People {
  /** An account without a phone. */
  bare(): Promise<Account>;
  /** An account with one confirmed phone. */
  withPhone(label?: string): Promise<Account & { phone: Inbox }>;
  /** A phone that no account has. */
  phone(): Inbox;
}

/** Registers an app and starts it. */
export type NewApp = (name: string, ...more: string[]) => Promise<App>;

interface PerStory {
  portal: Portal;
  people: People;
  /** Another browser of the same shape; watched like the first. */
  another: () => Promise<Portal>;
  /** An app of that name, registered and running as long as the story. */
  newApp: NewApp;
  /** Origins of apps that the story goes to. */
  foreign: string[];
  /** Faults so far. */
  watched: string[];
}

interface PerWorker {
  settings: Settings;
  server: Server;
  /** Where messages are listed. */
  inbox: string;
}

const PASSWORD = "quiet copper meadow 71";

export const test = base.extend<PerStory, PerWorker>({
  settings: [{}, { scope: "worker", option: true }],

  server: [
    async ({ settings }, use) => {
      const server = await Server.start(settings);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],

  inbox: [async ({ server }, use) => use(`${server.url}/dev/phone.json`), { scope: "worker" }],

  baseURL: async ({ server }, use) => use(server.url),

  foreign: async ({}, use) => use([]),

  newApp: async ({ server, foreign }, use) => {
    const apps: App[] = [];
    await use(async (name, ...more) => {
      const app = await App.start(server, server.freshName(), "--name", name, ...more);
      apps.push(app);
      foreign.push(app.url);
      return app;
    });
    for (const app of apps) await app.stop();
  },

  watched: [
    async ({ context, server, foreign }, use) => {
      const faults = await watch(context, server.url, foreign);
      await use(faults);
      expect(faults, "no console error, no breach of the content policy, no foreign request").toEqual([]);
    },
    { auto: true },
  ],

  portal: async ({ page }, use) => use(new Portal(page)),

  another: async ({ browser, server, contextOptions, locale, userAgent, viewport, isMobile, hasTouch, javaScriptEnabled }, use) => {
    const shape = { locale, userAgent, viewport, isMobile, hasTouch, javaScriptEnabled };
    const given = Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined));
    const options: BrowserContextOptions = { ...contextOptions, ...given, baseURL: server.url };
    const opened: (() => Promise<void>)[] = [];
    await use(async () => {
      const { portal, close } = await open(browser, options, server.url);
      opened.push(close);
      return portal;
    });
    for (const close of opened) await close();
  },

  people: async ({ server, inbox }, use) => {
    const phone = () => new Inbox(inbox, server.freshNumber());
    const add = async (...more: string[]) => {
      const name = server.freshName();
      await server.run(["user", "add", name, "--password-stdin", ...more], PASSWORD);
      return { name, password: PASSWORD };
    };
    await use({
      phone,
      bare: () => add(),
      withPhone: async (label) => {
        const own = phone();
        const labelled = label === undefined ? [] : ["--phone-label", label];
        return { ...(await add("--phone", own.number, ...labelled)), phone: own };
      },
    });
  },
});

async function open(browser: Browser, options: BrowserContextOptions, origin: string) {
  const context = await browser.newContext(options);
  const faults = await watch(context, origin);
  const close = async () => {
    await context.close();
    expect(faults, "no console error, no breach of the content policy, no foreign request").toEqual([]);
  };
  return { portal: new Portal(await context.newPage()), close };
}
