// Adding a number: it counts once its code was typed.
import type { Portal } from "../support/portal.ts";
import { expect, test } from "../support/stories.ts";

test("a number is added, confirmed, and asked for at the next sign-in", async ({ portal, people }) => {
  const account = await people.bare();
  const phone = people.phone();
  await portal.signIn(account);
  await portal.link("Add a phone number").click();
  await portal.expectPage("/security/phones/new", "Add a phone number");
  const code = await phone.codeAfter(async () => {
    await portal.giveNumber(phone.number, "Work phone");
  });
  await portal.expectPage("/security/phones/confirm", "Confirm your number");
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  await expect(portal.news.filter({ hasText: "Number confirmed" })).toBeVisible();
  await expect(portal.page.getByText("Your account is protected")).toBeVisible();
  await expect(portal.row(phone.ending)).toContainText("Work phone");
  await expect(portal.row(phone.ending)).toContainText("Preferred");
  await portal.signOut();
  await portal.signIn({ ...account, phone });
});

test("before a number is added the page says what text messages cannot do", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  await portal.open("/security/phones/new");
  await expect(portal.page.getByText(/It does not stop someone who takes over your number/)).toBeVisible();
  await expect(portal.page.getByText(/message and data rates may apply/)).toBeVisible();
});

test("a number that is not confirmed protects nothing and can be finished later", async ({ portal, people }) => {
  const account = await people.bare();
  const phone = people.phone();
  await portal.signIn(account);
  await portal.open("/security/phones/new");
  const code = await phone.codeAfter(async () => {
    await portal.giveNumber(phone.number);
  });
  await portal.open("/security");
  await expect(portal.row(phone.ending)).toContainText("Unconfirmed");
  await expect(portal.page.getByText("Your password alone protects your account")).toBeVisible();
  await portal.post(portal.button("Finish confirming").first());
  await portal.expectPage(/\/security\/phones\/confirm/, "Confirm your number");
  expect(await phone.codes()).toHaveLength(1);
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  await expect(portal.row(phone.ending)).not.toContainText("Unconfirmed");
});

test("adding a number can be cancelled", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  const phone = people.phone();
  await portal.open("/security/phones/new");
  await portal.giveNumber(phone.number);
  await portal.post(portal.button("Cancel and do not add this number"));
  await portal.expectPage("/security", "Security");
  await expect(portal.news.filter({ hasText: "Number not added" })).toBeVisible();
  await expect(portal.row(phone.ending)).toHaveCount(0);
});

test("a wrong code confirms nothing", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  const phone = people.phone();
  await portal.open("/security/phones/new");
  await portal.giveNumber(phone.number);
  expect((await portal.typeCode(await phone.wrongCode())).status()).toBe(422);
  await expect(portal.problem).toContainText("That is not the code we sent");
  await portal.open("/security");
  await expect(portal.row(phone.ending)).toContainText("Unconfirmed");
});

test("what is wrong with a number stands beside the field, and what was typed is kept", async ({ portal, people }) => {
  await portal.signIn(await people.withPhone());
  await portal.open("/security/phones/new");
  for (const [typed, said] of [
    ["", "Enter a phone number"],
    ["hello", "This does not look like a phone number"],
    ["+1 201 555", "This number is not complete or not valid"],
    ["+7 912 345 67 89", "Codes cannot be sent to this country"],
    ["+1 900 234 5678", "This kind of number cannot get codes"],
  ] as const) {
    const answer = await portal.giveNumber(typed, "Kept label");
    expect(answer.status(), typed).toBe(422);
    await expect(portal.number).toHaveAccessibleDescription(new RegExp(said));
    await expect(portal.problem).toContainText(said);
    await expect(portal.number).toHaveValue(typed);
    await expect(portal.page.getByLabel("Name for this number")).toHaveValue("Kept label");
  }
});

test("a number that is in the list already is not added twice", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.open("/security/phones/new");
  expect((await portal.giveNumber(account.phone.number)).status()).toBe(422);
  await expect(portal.problem).toContainText("This number is in your list already");
});

test("a number without country code is read as one of the country that the hint names", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  const phone = people.phone();
  await portal.open("/security/phones/new");
  await expect(portal.number).toHaveAccessibleDescription(/\+1.*United States/);
  const code = await phone.codeAfter(async () => {
    await portal.giveNumber(phone.number.replace("+1", ""));
  });
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  await expect(portal.row(phone.ending)).toBeVisible();
});

test("r34_a_number_may_serve_two_accounts_and_changes_neither", async ({ portal, people, another }) => {
  const first = await people.withPhone("First owner");
  const second = await people.bare();
  const elsewhere = await another();
  await elsewhere.signIn(second);
  // The pause between messages to a number holds over all accounts; the code of the enrolment is this number's first.
  await elsewhere.enrol(first.phone, "Shared");
  await portal.signIn(first);
  await expect(portal.row(first.phone.ending)).toContainText("First owner");
});

test("r28_a_session_by_password_alone_proves_its_new_number_before_the_next_change", async ({ portal, people }) => {
  const phone = people.phone();
  await portal.signIn(await people.bare());
  await portal.enrol(phone);
  const address = await portal.manage(phone.ending);
  await portal.link("Remove this number").click();
  await portal.expectPage("/confirm-identity", "Confirm that it is you");
  await expect(portal.page.getByLabel("Password")).toHaveCount(0);
  // Looking at the page sends nothing.
  const before = (await phone.codes()).length;
  await portal.page.reload();
  expect(await phone.codes()).toHaveLength(before);
  const code = await phone.codeAfter(async () => {
    await portal.post(portal.button("Send code"));
  });
  expect((await portal.typeCode(await phone.wrongCode())).status()).toBe(422);
  await portal.typeCode(code);
  await expect(portal.page).toHaveURL(`${address}/remove`);
});

test("r32_other_browsers_are_signed_out_when_a_number_is_added", async ({ portal, people, another }) => {
  const account = await people.bare();
  const elsewhere = await another();
  await elsewhere.signIn(account);
  await portal.signIn(account);
  await portal.enrol(people.phone());
  await elsewhere.open("/security");
  await elsewhere.expectPage("/login", "Sign in");
});

test("r31_a_notice_tells_of_a_new_number_and_can_be_put_away", async ({ portal, people, another }) => {
  const account = await people.withPhone();
  const phone = people.phone();
  await portal.signIn(account);
  await portal.enrol(phone);
  const told = (of: Portal) => of.page.getByRole("status").filter({ hasText: "A phone number was added" });
  // It is no news where it was done; whoever signs in elsewhere is told.
  await expect(told(portal)).toHaveCount(0);
  const elsewhere = await another();
  await elsewhere.signIn(account);
  const notice = told(elsewhere);
  await expect(notice).toContainText(`number ending in ${phone.ending}`);
  await expect(notice).toContainText(/someone else can get into your account/);
  // The number that was there before is told as well, without a code.
  await expect.poll(async () => (await account.phone.texts()).find((text) => text.includes("was added"))).toContain(phone.ending);
  await elsewhere.open("/security");
  await expect(notice).toBeVisible();
  await elsewhere.post(notice.getByRole("button"));
  await elsewhere.expectPage("/security", "Security");
  await expect(notice).toHaveCount(0);
});
