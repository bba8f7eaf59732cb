// What script adds to waiting: time runs on the page, and what matters of it is read out.
import { expect, test } from "../support/stories.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[2]", OTP__TTL_SECONDS: "32" } });

test("the button for a new code comes by itself and is announced @script", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  const ready = portal.button("Send a new code");
  await expect(ready).toHaveCount(0);
  await expect(ready).toBeVisible();
  const said = portal.page.locator(".pause [role=status]").filter({ hasText: "Send a new code" });
  await expect(said).toHaveCount(1);
  await account.phone.codeAfter(async () => {
    await portal.post(ready);
  });
});

test("when the code has run out the open page says what to do @script @once", async ({ portal, people }) => {
  test.setTimeout(90_000);
  const waiting = await people.withPhone();
  await portal.signInHalf(waiting);
  await expect(portal.problem).toContainText("The code has run out", { timeout: 50_000 });
  await expect(portal.page.locator("#next").getByRole("button", { name: "Send a new code" })).toBeVisible();
});

test("the last half minute of a code is announced @script @once", async ({ portal, people }) => {
  await portal.signInHalf(await people.withPhone());
  await expect(portal.page.locator(".time-left [role=status]")).toHaveText("30 s left");
});
