// What time does: codes run out, and a proof of identity is fresh for a while only. Half a minute is the least that the
// settings allow, so these stories take that long.
import { expect, test } from "../support/stories.ts";

test.use({ settings: { OTP__TTL_SECONDS: "30", SESSION__FRESH_SECONDS: "30", OTP__RESEND_AFTER_SECONDS: "[0]" } });
test.setTimeout(90_000);

const patience = { timeout: 60_000, intervals: [1_000] };

test("a code that has run out is refused, and a new one signs in", async ({ portal, people, javaScriptEnabled }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  if (javaScriptEnabled === false) {
    await expect(async () => {
      await portal.page.reload();
      await expect(portal.page.getByText("This code has run out").first()).toBeVisible({ timeout: 100 });
    }).toPass(patience);
  } else {
    // The page finds out by itself.
    await expect(portal.page.getByText("This code has run out").first()).toBeVisible(patience);
  }
  const answer = await portal.typeCode(code);
  expect(answer.status()).toBe(422);
  await expect(portal.problem).toContainText("The code has run out");
  const fresh = await account.phone.codeAfter(async () => {
    await portal.post(portal.button("Send a new code"));
  });
  await portal.typeCode(fresh);
  await portal.expectPage("/security", "Security");
});

test("r28_a_change_asks_for_a_fresh_code_where_there_is_a_phone", async ({ portal, people, another }) => {
  const account = await people.withPhone();
  const second = people.phone();
  await portal.signIn(account);
  await portal.enrol(second);
  const bare = await people.bare();
  const elsewhere = await another();
  await elsewhere.signIn(bare);

  await expect(async () => {
    await portal.open("/security/phones/new");
    await expect(portal.page).toHaveURL("/confirm-identity", { timeout: 100 });
  }).toPass(patience);
  await expect(portal.heading).toHaveText("Confirm that it is you");
  await expect(portal.page.getByLabel("Password")).toHaveCount(0);
  expect(await portal.page.locator("script").count()).toBe(0);
  // Looking at the page sends nothing.
  const before = (await account.phone.texts()).length;
  await portal.page.reload();
  expect(await account.phone.texts()).toHaveLength(before);
  // One number or the other can be chosen.
  const choice = portal.page.getByRole("radio", { name: new RegExp(`number ending in ${second.ending}`) });
  await choice.check();
  const wrong = await second.codeAfter(async () => {
    await portal.post(portal.button("Send code"));
  });
  expect(wrong).toMatch(/^\d{6}$/);
  await expect(portal.page).toHaveURL("/confirm-identity");
  expect((await portal.typeCode(await second.wrongCode())).status()).toBe(422);
  await expect(portal.problem).toContainText("That is not the code we sent");
  const code = await account.phone.codeAfter(async () => {
    await portal.post(portal.button(`number ending in ${account.phone.ending}`));
  });
  await portal.typeCode(code);
  // Back to where one was.
  await portal.expectPage("/security/phones/new", "Add a phone number");

  // Without a phone it is the password.
  await expect(async () => {
    await elsewhere.open("/security/phones/new");
    await expect(elsewhere.page).toHaveURL("/confirm-identity", { timeout: 100 });
  }).toPass(patience);
  await elsewhere.page.getByLabel("Password").fill("not the right password");
  expect((await elsewhere.post(elsewhere.button("Continue"))).status()).toBe(422);
  await expect(elsewhere.problem).toContainText("This is not your password");
  await elsewhere.page.getByLabel("Password").fill(bare.password);
  await elsewhere.post(elsewhere.button("Continue"));
  await elsewhere.expectPage("/security/phones/new", "Add a phone number");
});

test("a change that is no longer fresh is asked for again, not done @once", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  const address = await portal.manage(account.phone.ending);
  await portal.open(`${address}/remove`);
  const remove = portal.button("Remove number");
  await expect.poll(async () => (await portal.page.request.get(`${address}/remove`, { maxRedirects: 0 })).status(), patience).toBe(303);
  await portal.post(remove);
  await portal.expectPage("/confirm-identity", "Confirm that it is you");
  await portal.link("Cancel and go back").click();
  await expect(portal.row(account.phone.ending)).toBeVisible();
});
