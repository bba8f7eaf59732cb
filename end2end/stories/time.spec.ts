// What time does: codes run out, and a proof of identity is fresh for a while only. Half a minute is what
// a story needs to get to a page; so the stories here wait at the same time, each in a browser of its own.
import type { Inbox } from "../support/inbox.ts";
import type { Portal } from "../support/portal.ts";
import { type Account, expect, test } from "../support/stories.ts";

test.use({ settings: { OTP__TTL_SECONDS: "30", SESSION__FRESH_SECONDS: "30", OTP__RESEND_AFTER_SECONDS: "[0]" } });

const patience = { timeout: 60_000, intervals: [1_000] };

type WithPhone = Account & { phone: Inbox };

test("r02_codes_run_out_and_r28_proofs_of_identity_grow_old", async ({ portal, people, another, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  const waiting = await people.withPhone();
  const code = await portal.signInHalf(waiting);

  const changing = await another();
  const account = await people.withPhone();
  const second = people.phone();
  await changing.signIn(account);
  await changing.enrol(second);

  const removing = await another();
  const remover = await people.withPhone();
  await removing.signIn(remover);
  const address = await removing.manage(remover.phone.ending);
  await removing.open(`${address}/remove`);

  const adding = await another();
  const bare = await people.bare();
  await adding.signIn(bare);

  await test.step("a code that has run out is refused, and a new one signs in", () =>
    codeRunsOut(portal, waiting, code, javaScriptEnabled !== false));
  await test.step("a change asks for a fresh code where there is a phone", () => askedForCode(changing, account, second));
  await test.step("a change that is no longer fresh is asked for again, not done", async () => {
    const status = async () => (await removing.page.request.get(`${address}/remove`, { maxRedirects: 0 })).status();
    await expect.poll(status, patience).toBe(303);
    await removing.post(removing.button("Remove number"));
    await removing.expectPage("/confirm-identity", "Confirm that it is you");
    await removing.link("Cancel and go back").click();
    await expect(removing.row(remover.phone.ending)).toBeVisible();
  });
  await test.step("without a phone a change asks for the password", () => askedForPassword(adding, bare));
});

async function codeRunsOut(portal: Portal, account: WithPhone, code: string, script: boolean): Promise<void> {
  const over = portal.page.getByText("This code has run out").first();
  if (script) {
    // The page finds out by itself.
    await expect(over).toBeVisible(patience);
  } else {
    await expect(async () => {
      await portal.page.reload();
      await expect(over).toBeVisible({ timeout: 200 });
    }).toPass(patience);
  }
  expect((await portal.typeCode(code)).status()).toBe(422);
  await expect(portal.problem).toContainText("The code has run out");
  const fresh = await account.phone.codeAfter(async () => {
    await portal.post(portal.button("Send a new code"));
  });
  await portal.typeCode(fresh);
  await portal.expectPage("/security", "Security");
}

/** Opens a page that needs fresh proof until it is asked for. */
async function askedForProof(portal: Portal): Promise<void> {
  await expect(async () => {
    await portal.open("/security/phones/new");
    await expect(portal.page).toHaveURL("/confirm-identity", { timeout: 200 });
  }).toPass(patience);
  await expect(portal.heading).toHaveText("Confirm that it is you");
  expect(await portal.page.locator("script").count()).toBe(0);
}

async function askedForCode(portal: Portal, account: WithPhone, second: Inbox): Promise<void> {
  await askedForProof(portal);
  await expect(portal.page.getByLabel("Password")).toHaveCount(0);
  // Looking at the page sends nothing.
  const before = (await account.phone.texts()).length;
  await portal.page.reload();
  expect(await account.phone.texts()).toHaveLength(before);
  // One number or the other can be chosen, and chosen anew.
  await portal.page.getByRole("radio", { name: new RegExp(`number ending in ${second.ending}`) }).check();
  await second.codeAfter(async () => {
    await portal.post(portal.button("Send code"));
  });
  await expect(portal.page).toHaveURL("/confirm-identity");
  expect((await portal.typeCode(await second.wrongCode())).status()).toBe(422);
  await expect(portal.problem).toContainText("That is not the code we sent");
  const code = await account.phone.codeAfter(async () => {
    await portal.post(portal.button(`number ending in ${account.phone.ending}`));
  });
  await portal.typeCode(code);
  // Back to where one was.
  await portal.expectPage("/security/phones/new", "Add a phone number");
}

async function askedForPassword(portal: Portal, account: Account): Promise<void> {
  await askedForProof(portal);
  const password = portal.page.getByLabel("Password");
  await password.fill("not the right password");
  expect((await portal.post(portal.button("Continue"))).status()).toBe(422);
  await expect(portal.problem).toContainText("This is not your password");
  await password.fill(account.password);
  await portal.post(portal.button("Continue"));
  await portal.expectPage("/security/phones/new", "Add a phone number");
}
