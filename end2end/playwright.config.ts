// How the stories run: which browser, which shapes of it, how many at once.
//
// LATCHKEY_BIN names the server's binary and CHROMIUM the browser; both have a default. Each worker starts a server of
// its own (support/server.ts), so nothing has to run beforehand.
import { defineConfig, devices } from "@playwright/test";

const root = process.getuid?.() === 0;

export default defineConfig({
  testDir: "stories",
  outputDir: "results/traces",
  globalSetup: "./support/prepare.ts",
  // One story is one journey: they share no account and no number, so files and stories run in any order.
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    locale: "en-US",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: [
        // Chromium refuses its sandbox to root.
        ...(root ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // @script: what the islands add. @plain: what stands there without them alone. @once: does not depend on the browser's shape.
  // @look: how a page looks and reads. @es: in Spanish. @shots: pictures for people, on request.
  projects: [
    {
      name: "desktop",
      grepInvert: /@plain|@es|@shots/,
      use: { viewport: { width: 1280, height: 800 } },
    },
    {
      name: "no-script",
      grepInvert: /@script|@once|@es|@shots/,
      use: { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false },
    },
    {
      name: "phone",
      testMatch: /(app|sign-in|enrol|phone|islands|delivery-test|every-page)\.spec\.ts/,
      grepInvert: /@plain|@once|@es|@shots/,
      use: phone(),
    },
    {
      name: "dark",
      grep: /@look/,
      grepInvert: /@es/,
      use: { ...phone(), colorScheme: "dark" },
    },
    { name: "spanish", grep: /@es/, use: { ...phone(), locale: "es-ES" } },
    ...(process.env.SHOTS ? shots() : []),
  ],
});

/** A phone of 390 by 844, with touch and a phone's user agent. */
function phone() {
  const { userAgent, isMobile, hasTouch } = devices["Pixel 7"]!;
  return { userAgent, isMobile, hasTouch, viewport: { width: 390, height: 844 } };
}

function shots() {
  return (["light", "dark"] as const).flatMap((colorScheme) => [
    { name: `shots-desktop-${colorScheme}`, grep: /@shots/, use: { viewport: { width: 1280, height: 800 }, colorScheme } },
    { name: `shots-phone-${colorScheme}`, grep: /@shots/, use: { ...phone(), colorScheme } },
  ]);
}
