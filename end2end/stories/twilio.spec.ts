// The same through Twilio: a stand-in that is as strict as the real one takes the messages, or refuses them.
import { expect, test } from "../support/twilio.ts";

test("one signs in by a code that went through Twilio", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.enrol(people.phone());
});

test("there is no page with messages where the built-in inbox is off @once", async ({ portal }) => {
  expect((await portal.open("/dev/phone")).status()).toBe(404);
});

// Before the second step a page says no more about a number than that it cannot be reached.
for (const [what, act] of [
  ["the number does not exist (21211)", { kind: "error", code: 21211 }],
  ["the recipient has opted out (21610)", { kind: "error", code: 21610 }],
  ["the number is out of service (30005)", { kind: "error", code: 30005 }],
] as const) {
  test(`at sign-in the page says in words that no code was sent: ${what}`, async ({ portal, people, twilio }) => {
    const account = await people.withPhone();
    await twilio.script(account.phone.number, act);
    await portal.knock(account.name, account.password);
    await portal.expectPage("/login/otp", "Your code was not sent");
    const main = portal.page.getByRole("main");
    await expect(main).toContainText("It was meant for");
    await expect(main).not.toContainText(/opted out|START|in service|\b[23]\d{4}\b|Twilio/);
    await expect(portal.button("Send a new code")).toBeVisible();
    await portal.post(portal.button("Cancel sign-in"));
    await portal.expectPage("/login", "Sign in");
  });
}

for (const [what, act, words] of [
  ["21610", { kind: "error", code: 21610 }, "This number has opted out of our messages"],
  ["21408", { kind: "error", code: 21408 }, "We cannot send codes to this country"],
  ["21211", { kind: "error", code: 21211 }, "This number cannot receive our codes"],
] as const) {
  test(`a number that Twilio refuses is not added, and the page says why: ${what}`, async ({ portal, people, twilio }) => {
    await portal.signIn(await people.bare());
    const phone = people.phone();
    await twilio.script(phone.number, act);
    await portal.open("/security/phones/new");
    expect((await portal.giveNumber(phone.number)).status()).toBe(422);
    await expect(portal.problem).toContainText(words);
    await expect(portal.number).toHaveValue(/\d/);
    await portal.open("/security");
    await expect(portal.row(phone.ending)).toHaveCount(0);
  });
}

test("a number that texts do not reach is not given up where it can be called (21614)", async ({ portal, people, twilio }) => {
  await portal.signIn(await people.bare());
  const phone = people.phone();
  await twilio.script(phone.number, { kind: "error", code: 21614 });
  await portal.open("/security/phones/new");
  await portal.giveNumber(phone.number);
  await expect(portal.page).toHaveURL("/security/phones/confirm");
  await expect(portal.page.getByRole("main")).toContainText("Text messages cannot reach this number");
  await expect(portal.button("Call me instead")).toBeVisible();
});

test("a code that may or may not have gone out still signs in", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await twilio.script(account.phone.number, { kind: "half_body" }, 1);
  await portal.knock(account.name, account.password);
  await portal.expectPage("/login/otp", "Enter your code");
  await expect(portal.page.getByText("We do not know whether it went out")).toBeVisible();
  await portal.typeCode(await account.phone.code());
  await portal.expectPage("/security", "Security");
});

test("r08_where_a_resend_is_refused_the_code_before_it_still_works", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await twilio.script(account.phone.number, { kind: "error", code: 21610 });
  await portal.open("/login/otp");
  expect((await portal.post(portal.button("Send a new code"))).status()).toBe(422);
  await expect(portal.problem).toBeVisible();
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
});

test("a number that turned bad needs attention on the overview, and a test says what is wrong", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await twilio.script(account.phone.number, { kind: "error", code: 21610 });
  await portal.manage(account.phone.ending);
  await portal.post(portal.button("Send a test code"));
  await expect(portal.page.getByRole("main")).toContainText("This number has opted out of our messages");
  await portal.open("/security");
  await expect(portal.row(account.phone.ending)).toContainText("Needs attention");
});
