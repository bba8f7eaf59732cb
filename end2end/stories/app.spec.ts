// An app asks for a sign-in: password and code, only the code, a phone on the way, and out again.
import type { Page } from "@playwright/test";

import type { App, Claims } from "../support/app.ts";
import { axe } from "../support/axe.ts";
import { expect, test as base } from "../support/stories.ts";

const test = base.extend<{ app: App; strict: App }>({
  app: async ({ newApp }, use) => use(await newApp("Tide tables")),
  strict: async ({ newApp }, use) => use(await newApp("Payroll", "--min-acr", "twilio_sms")),
});

interface Told {
  readonly claims: Claims;
  readonly userinfo: Readonly<Record<string, unknown>>;
  readonly refused?: string;
}

/** What the app shows once its person is back. */
async function told(page: Page): Promise<Told> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("An app");
  return JSON.parse(await page.locator("pre").innerText()) as Told;
}

test("a person signs in to an app with password and code", async ({ portal, people, app, javaScriptEnabled }) => {
  const account = await people.withPhone();
  await portal.open(app.start({ acr_values: "twilio_sms" }));
  await portal.expectPage(/\/login/, "Sign in");
  await expect(portal.page.getByText("Sign in to continue to Tide tables")).toBeVisible();
  expect(await axe(portal.page, javaScriptEnabled)).toEqual([]);
  const code = await account.phone.codeAfter(async () => {
    await portal.knockHere(account);
  });
  await portal.typeCode(code);
  const { claims, userinfo } = await told(portal.page);
  expect(claims.acr).toBe("twilio_sms");
  expect(claims.amr).toEqual(["pwd", "sms", "mfa"]);
  expect(userinfo).toMatchObject({ sub: claims.sub, preferred_username: account.name, phone_number: account.phone.number, phone_number_verified: true });
});

test("who is signed in already goes straight on", async ({ portal, people, app }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.open(app.start());
  expect((await told(portal.page)).claims.acr).toBe("twilio_sms");
  expect(await account.phone.codes()).toHaveLength(1);
});

test("who has no phone adds one on the way to an app that wants it", async ({ portal, people, strict }) => {
  const account = await people.bare();
  const phone = people.phone();
  await portal.open(strict.start());
  await portal.knockHere(account);
  await expect(portal.page).toHaveURL("/security/phones/new");
  const code = await phone.codeAfter(async () => {
    await portal.giveNumber(phone.number);
  });
  await portal.typeCode(code);
  expect((await told(portal.page)).claims.acr).toBe("twilio_sms");
});

test("who turns back on the way is led back to the app, and it is told", async ({ portal, people, app, strict, javaScriptEnabled }) => {
  await portal.open(app.start());
  await portal.button("Cancel and go back to Tide tables").click();
  expect((await told(portal.page)).refused).toBe("access_denied");
  await portal.open(strict.start());
  await portal.knockHere(await people.bare());
  await expect(portal.page).toHaveURL("/security/phones/new");
  await expect(portal.page.getByText("Payroll asks for a code at sign-in")).toBeVisible();
  expect(await axe(portal.page, javaScriptEnabled)).toEqual([]);
  await portal.button("Cancel and go back to Payroll").click();
  expect((await told(portal.page)).refused).toBe("access_denied");
  await portal.open("/security");
  await expect(portal.heading).toHaveText("Security");
});

test("an app that shows what it asks for can be turned down", async ({ portal, people, app, javaScriptEnabled }) => {
  await portal.signIn(await people.bare());
  await portal.open(app.start({ prompt: "consent" }));
  await expect(portal.heading).toHaveText("Sign in to Tide tables");
  expect(await axe(portal.page, javaScriptEnabled)).toEqual([]);
  await portal.button("Cancel").click();
  expect((await told(portal.page)).refused).toBe("access_denied");
  await portal.open(app.start({ prompt: "consent" }));
  await portal.button("Continue").click();
  expect((await told(portal.page)).claims.acr).toBe("simple_password_auth");
});

test("an app is listed, and its access can be ended", async ({ portal, people, app, javaScriptEnabled }) => {
  await portal.signIn(await people.bare());
  await portal.open(app.start());
  await told(portal.page);
  await portal.open("/security");
  await portal.link("Apps you signed in to").click();
  await portal.expectPage("/security/apps", "Apps");
  await expect(portal.page.getByText("Tide tables")).toBeVisible();
  expect(await axe(portal.page, javaScriptEnabled)).toEqual([]);
  await portal.post(portal.button("End access of Tide tables"));
  await expect(portal.news).toContainText("Access ended");
  await expect(portal.page.getByText("No apps yet")).toBeVisible();
});

test("an app signs its person out here too", async ({ portal, people, app }) => {
  await portal.signIn(await people.bare());
  await portal.open(app.start());
  await told(portal.page);
  await portal.open(app.signOut());
  await expect(portal.page.locator("pre")).toContainText('{"left":"left"}');
  await portal.open("/security");
  await portal.expectPage("/login", "Sign in");
});

test("an address that is not registered is sent nothing", async ({ portal, people, app, server }) => {
  await portal.signIn(await people.bare());
  const asked = new URLSearchParams({ response_type: "code", client_id: app.id, redirect_uri: `${app.url}/elsewhere`, scope: "openid", state: "s" });
  const answer = await portal.open(`${server.url}/oidc/authorize?${asked}`);
  expect(answer.status()).toBe(400);
  await expect(portal.heading).toHaveText("This app is not set up right");
});
