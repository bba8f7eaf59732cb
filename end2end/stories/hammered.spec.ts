// Somebody types wrong passwords for a person's name: strangers wait, the person's own browser does not.
import { expect, test } from "../support/stories.ts";

test("who hammers a name does not keep its owner out of her own browser @once", async ({ portal, people, another }) => {
  test.slow();
  const account = await people.bare();
  await portal.signIn(account);
  await portal.signOut();
  const cookies = await portal.page.context().cookies();
  expect(cookies.map((cookie) => cookie.name).filter((name) => name !== "seed"), "signing out leaves this one alone").toEqual(["known"]);
  const stranger = await another();
  let answer = await stranger.knock(account.name, "a guess of a stranger");
  for (let again = 0; again < 30 && answer.status() !== 429; again += 1) {
    answer = await stranger.knock(account.name, "a guess of a stranger");
  }
  expect(answer.status()).toBe(429);
  // Long enough that it still holds when the owner comes.
  for (let wait = 1; wait < 4; wait = Number(answer.headers()["retry-after"] ?? wait)) {
    await stranger.page.waitForTimeout(wait * 1000);
    answer = await stranger.knock(account.name, "a guess of a stranger");
    answer = await stranger.knock(account.name, "a guess of a stranger");
  }
  expect(Number(answer.headers()["retry-after"])).toBeGreaterThan(0);
  await expect(stranger.problem).toContainText("Too many wrong passwords were typed for this name");
  await expect(stranger.page.getByLabel("Username")).toHaveValue(account.name);
  // As her browser's owner does, at once.
  await portal.signIn(account);
  expect((await stranger.knock(account.name, account.password)).status(), "and elsewhere it still does").toBe(429);
});
