// As many numbers as an account may have.
import { expect, test } from "../support/stories.ts";

test.use({ settings: { PHONES__MAX_PER_ACCOUNT: "2" } });

test("a full list says so before a number is typed @once", async ({ portal, people }) => {
  await portal.signIn(await people.withPhone());
  await portal.enrol(people.phone());
  await expect(portal.page.getByText("You have 2 numbers, which is as many as an account can have.")).toBeVisible();
  await portal.open("/security/phones/new");
  await expect(portal.page.getByText("You have 2 numbers already")).toBeVisible();
  await expect(portal.problem).toHaveCount(0);
  // There is no form for what could not be taken, and a way to where there is something to do.
  await expect(portal.number).toHaveCount(0);
  await portal.link("Go to your numbers").click();
  await portal.expectPage("/security", "Security");
});
