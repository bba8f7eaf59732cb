// Without a mouse: every step by Tab, Enter and Space, with a focus that can be seen.
import type { Page } from "@playwright/test";

import { expect, test } from "../support/stories.ts";

test("one signs in, adds a number and signs out by keyboard alone @once", async ({ portal, people }) => {
  const account = await people.bare();
  const phone = people.phone();
  const { page } = portal;
  await portal.open("/login");
  await expect(page.getByLabel("Username")).toBeFocused();
  await page.keyboard.type(account.name);
  await page.keyboard.press("Tab");
  await expectFocusSeen(page);
  await page.keyboard.type(account.password);
  await page.keyboard.press("Enter");
  await portal.expectPage("/security", "Security");
  // The first stop skips the bar.
  await page.keyboard.press("Tab");
  await expect(portal.link("Skip to content")).toBeFocused();
  await expectFocusSeen(page);
  await page.keyboard.press("Enter");
  await tabTo(page, "Add a phone number");
  await page.keyboard.press("Enter");
  await portal.expectPage("/security/phones/new", "Add a phone number");
  await expect(portal.number).toBeFocused();
  await page.keyboard.type(phone.number);
  const code = await phone.codeAfter(async () => {
    await tabTo(page, "Send code");
    await page.keyboard.press("Space");
    await portal.expectPage("/security/phones/confirm", "Confirm your number");
  });
  await expect(portal.code).toBeFocused();
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
  await portal.expectPage("/security", "Security");
  await tabTo(page, "Sign out");
  await page.keyboard.press("Enter");
  await portal.expectPage("/login", "Sign in");
});

/** Tabs on until an element of that name has the focus; every stop on the way shows it. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press("Tab");
    await expectFocusSeen(page);
    const at = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    if (at === name) return;
  }
  throw new Error(`no way to "${name}" by Tab`);
}

async function expectFocusSeen(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const at = document.activeElement;
    if (at === null || at === document.body) return { name: "", width: 99, inside: true };
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const width = style.outlineStyle === "none" ? 0 : Number.parseFloat(style.outlineWidth);
    return { name: at.outerHTML.slice(0, 80), width, inside: box.bottom > 0 && box.top < innerHeight };
  });
  expect(seen.width, `focus ring of ${seen.name}`).toBeGreaterThanOrEqual(2);
  expect(seen.inside, `in view: ${seen.name}`).toBe(true);
}
