// A phone goes off after too many wrong codes in a row, however many codes were sent in between.
import { expect, test } from "../support/stories.ts";

test.use({ settings: { OTP__FAILURES_BEFORE_LOCK: "3", OTP__RESEND_AFTER_SECONDS: "[0]" } });

test("r04_a_phone_is_locked_after_too_many_wrong_codes", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  for (let again = 0; again < 2; again += 1) await portal.typeCode(await account.phone.wrongCode());
  // A new code brings new tries, but not a new count.
  const code = await account.phone.codeAfter(async () => {
    await portal.open("/login/otp");
    await portal.post(portal.button("Send a new code"));
  });
  await portal.typeCode(await account.phone.wrongCode());
  await expect(portal.problem).toContainText("This number is locked");
  await portal.open("/login/otp");
  await expect(portal.problem).toContainText("This number is locked");
  await expect(portal.button("Send a new code")).toHaveCount(0);
  // There is nothing to type into, and the right code by itself is no way around that.
  await expect(portal.code).toHaveCount(0);
  const token = await portal.page.locator("input[name=csrf]").first().inputValue();
  const answer = await portal.page.request.post("/login/otp", { form: { csrf: token, code }, maxRedirects: 0 });
  expect(answer.status()).toBe(422);
  expect(await answer.text()).toContain("This number is locked");
  // Nor does a new sign-in: the password alone is never enough.
  await portal.knock(account.name, account.password);
  await portal.expectPage("/login/otp", "This number gets no more codes");
  await expect(portal.problem).toContainText("This number is locked");
});

test("with a locked number one signs in by another, and the overview tells what to do", async ({ portal, people }) => {
  const account = await people.withPhone("Old phone");
  const second = people.phone();
  await portal.signIn(account);
  await portal.enrol(second, "New phone");
  await portal.signOut();
  await portal.signInHalf(account);
  for (let again = 0; again < 3; again += 1) await portal.typeCode(await account.phone.wrongCode());
  await expect(portal.problem).toContainText("This number is locked");
  const code = await second.codeAfter(async () => {
    await portal.post(portal.button(`number ending in ${second.ending}`));
  });
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  await expect(portal.page.getByText("Old phone is locked")).toBeVisible();
  await expect(portal.row(account.phone.ending)).toContainText("Locked");
  await expect(portal.link("Replace it")).toBeVisible();
  await expect(portal.news.filter({ hasText: "A phone number was locked" })).toBeVisible();
});
