// A test of delivery: does a code reach this number, and how fast.
import { expect, test } from "../support/stories.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[0]" } });

test("a test code is sent, typed, and closes the test", async ({ portal, people }) => {
  const account = await people.withPhone("My phone");
  await portal.signIn(account);
  const code = await account.phone.codeAfter(async () => {
    await portal.post(portal.row(account.phone.ending).getByRole("button", { name: "Send a test code to My phone" }));
  });
  await portal.expectPage(/\/security\/tests\/[^/]+$/, /^Test of/);
  const way = portal.page.getByRole("list").filter({ hasText: "Code made" });
  await expect(way).toContainText("Sent out");
  await expect(way).toContainText("Type the code when it arrives");
  await portal.typeCode(code);
  await expect(portal.news.filter({ hasText: "Codes reach this number" })).toBeVisible();
  await expect(way).toContainText("Code typed by you");
  await expect(portal.code).toHaveCount(0);
  // It stays closed.
  await portal.page.reload();
  await expect(portal.page.getByText("Codes reach this number")).toBeVisible();
});

test("a wrong test code is told, and looking again sends nothing", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  const code = await account.phone.codeAfter(async () => {
    await portal.post(portal.button("Send a test code"));
  });
  expect((await portal.typeCode(await account.phone.wrongCode())).status()).toBe(422);
  await expect(portal.problem).toContainText("That is not the code we sent");
  const before = (await account.phone.texts()).length;
  await portal.open(new URL(portal.page.url()).pathname);
  await portal.page.reload();
  expect(await account.phone.texts()).toHaveLength(before);
  await portal.typeCode(code);
  await expect(portal.page.getByText("Codes reach this number")).toBeVisible();
});

test("r13_a_test_code_signs_nobody_in", async ({ portal, people, another }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  const elsewhere = await another();
  const signInCode = await elsewhere.signInHalf(account);
  await portal.manage(account.phone.ending);
  const code = await account.phone.codeAfter(async () => {
    await portal.post(portal.button("Send a test code"));
  });
  expect(code, "two different codes, but once in a million runs").not.toBe(signInCode);
  await elsewhere.typeCode(code);
  await expect(elsewhere.problem).toContainText("That is not the code we sent");
  await elsewhere.typeCode(signInCode);
  await elsewhere.expectPage("/security", "Security");
});

test("another test can be sent from the page of the last one", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  await portal.post(portal.button("Send a test code"));
  const first = portal.page.url();
  const code = await account.phone.codeAfter(async () => {
    await portal.post(portal.button("Send another test code"));
  });
  await portal.expectPage(/\/security\/tests\/[^/]+$/, /^Test of/);
  expect(portal.page.url()).not.toBe(first);
  await portal.typeCode(code);
  await expect(portal.page.getByText("Codes reach this number")).toBeVisible();
});
