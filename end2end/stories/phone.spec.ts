// Looking after a number: its name, its rank, its replacement, its removal.
import { expect, test } from "../support/stories.ts";

test("a number is renamed, and can go without a name", async ({ portal, people }) => {
  const account = await people.withPhone("Old name");
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  const name = portal.page.getByLabel("Name", { exact: true });
  await expect(name).toHaveValue("Old name");
  await name.fill("Kitchen <b>phone</b>");
  await portal.post(portal.button("Save name"));
  await expect(portal.news.filter({ hasText: "Name saved" })).toBeVisible();
  await expect(name).toHaveValue("Kitchen <b>phone</b>");
  await portal.open("/security");
  await expect(portal.row(account.phone.ending)).toContainText("Kitchen <b>phone</b>");
  await portal.manage(account.phone.ending);
  await name.fill("");
  await portal.post(portal.button("Save name"));
  await expect(name).toHaveValue("");
});

test("a name that is too long is refused and kept in the field", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  const long = "x".repeat(65);
  await portal.page.getByLabel("Name", { exact: true }).fill(long);
  expect((await portal.post(portal.button("Save name"))).status()).toBe(422);
  await expect(portal.problem).toContainText("This name cannot be kept");
  await expect(portal.page.getByLabel("Name", { exact: true })).toHaveValue(long);
});

test("the preferred number gets the codes", async ({ portal, people }) => {
  const account = await people.withPhone();
  const second = people.phone();
  await portal.signIn(account);
  await portal.enrol(second);
  await expect(portal.row(account.phone.ending)).toContainText("Preferred");
  await portal.manage(second.ending);
  await portal.post(portal.button("Send codes here first"));
  await expect(portal.news.filter({ hasText: "Codes go to this number first now" })).toBeVisible();
  await portal.open("/security");
  await expect(portal.row(second.ending)).toContainText("Preferred");
  await expect(portal.row(account.phone.ending)).not.toContainText("Preferred");
});

test("r30_the_old_number_serves_until_the_new_one_is_confirmed", async ({ portal, people, another }) => {
  const account = await people.withPhone("My phone");
  const renewed = people.phone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  await portal.link("Replace this number").click();
  await expect(portal.heading).toContainText("Replace");
  const code = await renewed.codeAfter(async () => {
    await portal.giveNumber(renewed.number);
  });
  await portal.expectPage("/security/phones/confirm", "Confirm your new number");
  // Until then: the overview still shows the old one in use,
  await portal.open("/security");
  await expect(portal.page.getByText("Your account is protected")).toBeVisible();
  await expect(portal.row(account.phone.ending)).toContainText("Preferred");
  // and another browser is asked for the old one's code. The pause since the last message to it may hold.
  const elsewhere = await another();
  await elsewhere.knock(account.name, account.password);
  await elsewhere.expectPage(/\/login(\/otp)?$/, "Enter your code");
  await expect(elsewhere.page.getByText(`number ending in ${account.phone.ending}`).first()).toBeAttached();
  await portal.open("/security/phones/confirm");
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  await expect(portal.news.filter({ hasText: "Number replaced" })).toBeVisible();
  await expect(portal.row(renewed.ending)).toContainText("My phone");
  await expect(portal.row(renewed.ending)).toContainText("Preferred");
  await expect(portal.row(account.phone.ending)).toHaveCount(0);
  await expect.poll(async () => (await account.phone.texts()).some((text) => text.includes("was replaced"))).toBe(true);
  await portal.signOut();
  await portal.signIn({ ...account, phone: renewed });
});

test("a replacement can be cancelled, and the old number stays", async ({ portal, people }) => {
  const account = await people.withPhone("My phone");
  const renewed = people.phone();
  await portal.signIn(account);
  const address = await portal.manage(account.phone.ending);
  await portal.open(`${address}/replace`);
  await portal.giveNumber(renewed.number);
  await portal.post(portal.button("Cancel and keep the old number"));
  await portal.expectPage("/security", "Security");
  await expect(portal.row(account.phone.ending)).toContainText("My phone");
  await expect(portal.row(renewed.ending)).toHaveCount(0);
});

test("removing one of two numbers leaves the second step on", async ({ portal, people }) => {
  const account = await people.withPhone();
  const second = people.phone();
  await portal.signIn(account);
  await portal.enrol(second);
  await portal.manage(account.phone.ending);
  await portal.link("Remove this number").click();
  await expect(portal.heading).toContainText("Remove");
  await expect(portal.page.getByText("Your second step stays on")).toBeVisible();
  await expect(portal.page.getByText("You are signed out everywhere else")).toBeVisible();
  await portal.post(portal.button("Remove number"));
  await portal.expectPage("/security", "Security");
  await expect(portal.news.filter({ hasText: "Number removed" })).toBeVisible();
  await expect(portal.page.getByText("Your account is protected")).toBeVisible();
  await expect(portal.row(second.ending)).toContainText("Preferred");
  await portal.signOut();
  await portal.signIn({ ...account, phone: second });
});

test("r33_removing_the_last_number_says_before_what_it_means_and_then_does_it", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  await portal.link("Remove this number").click();
  await expect(portal.page.getByText("Your second step is turned off")).toBeVisible();
  await expect(portal.page.getByText("From then on, your password alone signs you in.", { exact: false })).toBeVisible();
  // Looking removed nothing.
  await portal.link("Keep number").click();
  await portal.link("Remove this number").click();
  await portal.post(portal.button("Remove number"));
  await portal.expectPage("/security", "Security");
  await expect(portal.page.getByText("Your password alone protects your account")).toBeVisible();
  await portal.signOut();
  await portal.signIn({ name: account.name, password: account.password });
});

test("r143_a_number_of_another_account_is_as_unknown_as_none", async ({ portal, people, another }) => {
  const mine = await people.withPhone();
  const other = await people.withPhone("Not yours");
  const elsewhere = await another();
  await elsewhere.signIn(other);
  const theirs = await elsewhere.manage(other.phone.ending);
  await portal.signIn(mine);
  const none = theirs.replace(/[0-9a-f]/, (digit) => (digit === "0" ? "1" : "0"));
  for (const path of [theirs, `${theirs}/remove`, `${theirs}/replace`, none, "/security/phones/42"]) {
    const answer = await portal.open(path);
    expect(answer.status(), path).toBe(404);
    await expect(portal.heading).toHaveText("Page not found");
    expect(await answer.text()).not.toContain("Not yours");
  }
});

test("the last messages to a number are listed with what they were for", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  const list = portal.page.locator("section", { has: portal.page.getByRole("heading", { name: "Last messages and calls" }) });
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(list.getByRole("listitem")).toContainText("Sign-in code");
  await expect(list.getByRole("listitem")).toContainText("Sent out");
  // The code itself is not.
  expect(await list.innerText()).not.toContain(await account.phone.code());
});
