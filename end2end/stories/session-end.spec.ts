// A session that nobody uses ends: its person is told in time and can keep it, without losing what was typed.
import { axe } from "../support/axe.ts";
import { expect, test } from "../support/stories.ts";

test.use({ settings: { SESSION__IDLE_SECONDS: "40" } });

test("r78_the_end_of_a_session_is_told_in_time_and_one_press_keeps_it @script @once", async ({ portal, people }) => {
  test.setTimeout(120_000);
  const account = await people.bare();
  await portal.signIn(account);
  await portal.open("/security/phones/new");
  const note = portal.page.locator(".session-end");
  await expect(note).toBeHidden();
  await portal.page.getByLabel("Phone number").fill("+1 201 555 01");
  // At least twenty seconds are left when it comes.
  await expect(note).toBeVisible({ timeout: 30_000 });
  await expect(note.getByRole("alert")).toHaveText(/You will be signed out in\s20\ss\./);
  expect(await axe(portal.page)).toEqual([]);
  const stay = note.getByRole("button", { name: "Stay signed in" });
  await Promise.all([portal.page.waitForResponse((answer) => answer.url().endsWith("/security/phones/new")), stay.click()]);
  await expect(note).toBeHidden();
  await expect(portal.page.getByLabel("Phone number")).toHaveValue("+1 201 555 01");
  // Kept for as long again, and then told again.
  await portal.page.waitForTimeout(10_000);
  await expect(note).toBeHidden();
  await expect(note).toBeVisible({ timeout: 30_000 });
  await expect(note).toContainText("You may be signed out by now", { timeout: 30_000 });
  await expect(stay).toHaveCount(0);
  await portal.page.waitForTimeout(1_500);
  await portal.page.reload();
  await portal.expectPage("/login", "Sign in");
});
