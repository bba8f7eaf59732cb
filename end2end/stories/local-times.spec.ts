// Times in the zone of whoever looks: with script in their own, without it in UTC, and each says which.
import { Portal } from "../support/portal.ts";
import { expect, test } from "../support/stories.ts";

test.use({ timezoneId: "Pacific/Kiritimati" });

test("with script times are told in one's own zone @script @once", async ({ portal, people, page }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.post(portal.row(account.phone.ending).getByRole("button", { name: /^Send a test code/ }));
  await expect(page.getByText("Times in your time zone.")).toBeVisible();
  const made = page.locator(".timeline time").first();
  const at = new Date((await made.getAttribute("datetime")) ?? "");
  // Fourteen hours ahead of UTC, all year.
  const there = new Date(at.getTime() + 14 * 3_600_000).toISOString();
  await expect(made).toHaveText(there.slice(11, 19));
  const date = page.locator(".travel-foot time");
  await expect(date).toContainText(String(Number(there.slice(8, 10))));
  await expect(date).toContainText(there.slice(0, 4));
});

test("without script times are told in UTC @once", async ({ browser, server, people }) => {
  const account = await people.withPhone();
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, timezoneId: "Pacific/Kiritimati" });
  const portal = new Portal(await context.newPage());
  await portal.signIn(account);
  await portal.post(portal.row(account.phone.ending).getByRole("button", { name: /^Send a test code/ }));
  await expect(portal.page.getByText("Times in UTC.")).toBeVisible();
  const made = portal.page.locator(".timeline time").first();
  await expect(made).toHaveText(((await made.getAttribute("datetime")) ?? "").slice(11, 19));
  await context.close();
});
