// What script adds to pages that work without it.
import { expect, test } from "../support/stories.ts";

test("a number is grouped while it is typed, and told back as one of its country @script", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  await portal.open("/security/phones/new");
  await awake(portal.number);
  await portal.number.fill("");
  await portal.number.pressSequentially("+447700900123");
  await expect(portal.number).toHaveValue("+44 770 090 0123");
  await expect(portal.news.filter({ hasText: "Read as: " })).toContainText("United Kingdom");
  await portal.number.fill("");
  await portal.number.pressSequentially("07700 900123");
  await expect(portal.number).toHaveValue("07700 900123");
  await expect(portal.page.getByText("Read as: ")).toHaveCount(0);
});

test("a digit put in the middle stays where it was put @script", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  await portal.open("/security/phones/new");
  await awake(portal.number);
  await portal.number.fill("");
  await portal.number.pressSequentially("+1202555013");
  await expect(portal.number).toHaveValue("+1 202 555 013");
  await portal.number.press("Home");
  for (let step = 0; step < 4; step += 1) await portal.number.press("ArrowRight");
  await portal.page.keyboard.type("9");
  await expect(portal.number).toHaveValue("+1 290 255 5013");
  const caret = await portal.number.evaluate((field) => (field as HTMLInputElement).selectionStart);
  expect(caret).toBe(5);
});

test("r77_a_pasted_code_is_tidied @script", async ({ portal, people, context }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await awake(portal.code);
  const [text] = await account.phone.texts();
  for (const pasted of [`${code.slice(0, 3)} ${code.slice(3)}`, text ?? ""]) {
    await portal.code.fill("");
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await portal.code.focus();
    await portal.page.keyboard.insertText(pasted);
    await expect(portal.code).toHaveValue(code);
  }
  await portal.post(portal.button("Sign in"));
  await portal.expectPage("/security", "Security");
});

test("the time left runs down, and is not read out every second @script", async ({ portal, people }) => {
  await portal.signInHalf(await people.withPhone());
  const clock = portal.page.getByText(/^\d+\smin(\s\d+\ss)? left$/);
  const before = seconds(await clock.innerText());
  await expect.poll(async () => seconds(await clock.innerText())).toBeLessThan(before - 1);
  // The element that is read out has nothing to say yet.
  await expect(portal.page.locator(".time-left [role=status]")).toHaveText("");
});

test("nothing moves for those who ask for less motion @script", async ({ portal, people, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  await portal.open("/security");
  await portal.post(portal.row(account.phone.ending).getByRole("button", { name: /^Send a test code/ }));
  await expect(portal.heading).toContainText("Test of");
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((animation) => {
      const { duration, iterations } = animation.effect?.getComputedTiming() ?? {};
      return Number(duration) > 100 || iterations === Infinity;
    }).length,
  );
  expect(moving).toBe(0);
});

/** Waits until the island has taken its field over. */
async function awake(field: import("@playwright/test").Locator): Promise<void> {
  // A full-width digit is rewritten by the island, and by nothing else.
  await expect(async () => {
    await field.fill("+１");
    await expect(field).toHaveValue(/^\+?1$/, { timeout: 200 });
  }).toPass();
  await field.fill("");
}

function seconds(text: string): number {
  const [, minutes, rest] = /(\d+)\smin(?:\s(\d+)\ss)?/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(rest ?? 0);
}
