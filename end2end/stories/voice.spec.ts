// A call in place of a text: asked for on the code page, told digit by digit, shown as far as it got.
import { expect, test } from "../support/stories.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[1]" } });

test("a call tells a new code that signs in", async ({ portal, people }) => {
  const account = await people.withPhone();
  const old = await portal.signInHalf(account);
  const call = portal.button("Call me instead");
  await expect(async () => {
    // Without script the page is looked at again.
    if (!(await call.isVisible())) await portal.page.reload();
    await expect(call).toBeVisible({ timeout: 500 });
  }).toPass();
  const code = await account.phone.codeAfter(async () => {
    await portal.post(call);
  });
  await portal.expectPage("/login/otp", "Enter your code");
  await expect(portal.news.filter({ hasText: "The code was read out" })).toBeVisible();
  await expect(portal.page.getByText("once you press a key")).toBeVisible();
  expect((await portal.typeCode(old)).status()).toBe(422);
  await expect(portal.problem).toContainText("Type it as it was said in the last call");
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  await expect(portal.page.getByText(/code read out/)).toBeVisible();
});

test("after a call a text can be had again", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  for (const way of ["Call me instead", "Send a text message instead"]) {
    const button = portal.button(way);
    await expect(async () => {
      if (!(await button.isVisible())) await portal.page.reload();
      await expect(button).toBeVisible({ timeout: 500 });
    }).toPass();
    await portal.post(button);
  }
  // The box that says when stays in the page, unseen, once it is over.
  const call = portal.button(/Call me instead/).or(portal.page.getByText(/You can ask for a new code in/));
  await expect(call.locator("visible=true").first()).toBeVisible();
  await portal.typeCode(await account.phone.code());
  await portal.expectPage("/security", "Security");
});
