// When a new code may be asked for, and what never sends one.
import { expect, test } from "../support/stories.ts";

test("r08_reloading_never_sends", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  for (let again = 0; again < 3; again += 1) await portal.page.reload();
  await portal.open("/login");
  await portal.page.goBack();
  await portal.open("/login/otp");
  expect(await account.phone.texts()).toHaveLength(1);
});

test("the pause before a new code survives reload, back button and a second tab", async ({ portal, people, context }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  const waiting = portal.page.getByText(/You can ask for a new code in \d+\ss/);
  await expect(waiting).toBeVisible();
  await portal.page.reload();
  await expect(waiting).toBeVisible();
  await portal.open("/login");
  await portal.page.goBack();
  await expect(waiting).toBeVisible();
  const tab = await context.newPage();
  await tab.goto("/login/otp");
  await expect(tab.getByText(/You can ask for a new code in \d+\ss/)).toBeVisible();
  await expect(tab.getByRole("button", { name: "Send a new code" })).toHaveCount(0);
  expect(await account.phone.texts()).toHaveLength(1);
});

test("signing in again in the same browser goes on with the code that is there", async ({ portal, people }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await portal.knock(account.name, account.password);
  await portal.expectPage("/login/otp", "Enter your code");
  expect(await account.phone.texts()).toHaveLength(1);
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
});

test("asking too early is refused with the time to wait @once", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  const token = await portal.page.locator("input[name=csrf]").first().inputValue();
  const answer = await portal.page.request.post("/login/otp/resend", { form: { csrf: token, channel: "sms" }, maxRedirects: 0 });
  expect(answer.status()).toBe(429);
  const seconds = Number(answer.headers()["retry-after"]);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(30);
  expect(await answer.text()).toContain("It is too soon for that");
  expect(await account.phone.texts()).toHaveLength(1);
});

test("the first code goes on working while one waits", async ({ portal, people }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await portal.page.reload();
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
});

test("without script the page tells how to look again", async ({ portal, people, javaScriptEnabled }) => {
  await portal.signInHalf(await people.withPhone());
  await expect(portal.page.getByText(/You can ask for a new code in \d+\ss/)).toBeVisible();
  await expect(portal.link("Check again")).toHaveCount(javaScriptEnabled ? 0 : 1);
});
