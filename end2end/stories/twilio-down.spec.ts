// Twilio out of order. A server of its own: after some failures it stops asking Twilio for a while.
import { expect, test } from "../support/twilio.ts";

test.use({ settings: { BRAND__NAME: "Latchkey" } });

test("the page says that it is not the person's fault @once", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await twilio.script(account.phone.number, { kind: "status", status: 500 });
  await portal.knock(account.name, account.password);
  await portal.expectPage("/login/otp", "Enter your code");
  await expect(portal.page.getByText(/We do not know whether it went out|We could not send a code/).first()).toBeVisible();
  await expect(portal.button("Send a new code")).toBeVisible();
});

test("wrong credentials at Twilio are no riddle for the person @once", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await twilio.script(account.phone.number, { kind: "error", code: 20003 });
  await portal.knock(account.name, account.password);
  await portal.expectPage("/login/otp", "Your code was not sent");
  await expect(portal.page.getByText(/We cannot send (or check )?codes right now/).first()).toBeVisible();
});
