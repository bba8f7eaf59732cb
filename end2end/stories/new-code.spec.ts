// A new code: the old one dies, tries begin anew, another number may get it.
import { expect, test } from "../support/stories.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[1]" } });

test("an old code is refused, and the new one signs in", async ({ portal, people }) => {
  const account = await people.withPhone();
  const old = await portal.signInHalf(account);
  const resend = portal.button("Send a new code");
  await expect(async () => {
    // Without script the page is looked at again.
    if (!(await resend.isVisible())) await portal.page.reload();
    await expect(resend).toBeVisible({ timeout: 500 });
  }).toPass();
  const code = await account.phone.codeAfter(async () => {
    await portal.post(resend);
  });
  await portal.expectPage("/login/otp", "Enter your code");
  await expect(portal.page.getByText("A new code went out")).toBeVisible();
  expect(old, "two different codes, but once in a million runs").not.toBe(code);
  expect((await portal.typeCode(old)).status()).toBe(422);
  await expect(portal.problem).toContainText("That is not the code we sent");
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
});

test("a number's tries are told, and after the last one only a new code helps", async ({ portal, people }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  for (const left of [/You have 4 tries left/, /You have 3 tries left/, /You have 2 tries left/, /You have 1 try left/]) {
    expect((await portal.typeCode(await account.phone.wrongCode())).status()).toBe(422);
    await expect(portal.problem).toContainText(left);
    await expect(portal.code).toHaveValue("");
  }
  await portal.typeCode(await account.phone.wrongCode());
  await expect(portal.problem).toContainText("Too many wrong codes were typed");
  // The page still takes the right code, and says no in the same words.
  const words = await portal.page.getByRole("main").innerText();
  await portal.typeCode(code);
  await expect(portal.problem).toContainText("Too many wrong codes were typed");
  expect(withoutTimes(await portal.page.getByRole("main").innerText())).toBe(withoutTimes(words));
  const fresh = await account.phone.codeAfter(async () => {
    await portal.open("/login/otp");
    await portal.post(portal.button("Send a new code"));
  });
  await portal.typeCode(fresh);
  await portal.expectPage("/security", "Security");
});

test("the code can go to another of one's numbers", async ({ portal, people }) => {
  const account = await people.withPhone();
  const second = people.phone();
  await portal.signIn(account);
  await portal.enrol(second);
  await portal.signOut();
  await portal.signInHalf(account);
  const other = portal.button(`number ending in ${second.ending}`);
  let code = "";
  await expect(async () => {
    code = await second.codeAfter(async () => {
      expect((await portal.post(other)).status()).toBe(303);
    });
  }).toPass();
  await expect(portal.page.getByText(`number ending in ${second.ending}`).first()).toBeAttached();
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
});

/** Seconds run on while two pages are compared. */
function withoutTimes(text: string): string {
  return text.replaceAll(/\d+\s(s|min)\b/g, "…").replaceAll(/You can ask for a new code in[^\n]*|Send a new code|Check again/g, "…");
}
