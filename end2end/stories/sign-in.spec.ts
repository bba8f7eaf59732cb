// Signing in by name and password, with and without a second step.
import { expect, test } from "../support/stories.ts";

test("the front door leads to the sign-in @once", async ({ portal }) => {
  await portal.open("/");
  await portal.expectPage("/login", "Sign in");
});

test("a person without a phone signs in by password alone", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  await expect(portal.page.getByText("Your password alone protects your account")).toBeVisible();
  await expect(portal.link("Add a phone number")).toBeVisible();
});

test("a person with a phone signs in by password and the code from the message", async ({ portal, people }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await expect(portal.page.getByText(`number ending in ${account.phone.ending}`)).toBeAttached();
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  await expect(portal.page.getByText("Your account is protected")).toBeVisible();
  expect(await account.phone.codes()).toHaveLength(1);
});

test("the page and the message carry the same reference", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  const [text] = await account.phone.texts();
  const reference = /ref ([A-Z0-9]{4})/.exec(text ?? "")?.[0];
  expect(reference).toBeDefined();
  await expect(portal.page.getByText(reference ?? "").first()).toBeVisible();
});

test("a wrong password and an unknown name get the same words", async ({ portal, people }) => {
  const account = await people.withPhone();
  const told: string[] = [];
  for (const name of [account.name, "nobody-of-that-name"]) {
    const answer = await portal.knock(name, "not the right password");
    expect(answer.status()).toBe(422);
    await expect(portal.page.getByLabel("Username")).toHaveValue(name);
    await expect(portal.page.getByLabel("Password")).toHaveValue("");
    const words = await portal.page.getByRole("main").innerText();
    told.push(words.replaceAll(name, "NAME"));
  }
  expect(told[0]).toContain("Username and password do not match");
  expect(told[1]).toBe(told[0]);
  expect(await account.phone.texts()).toEqual([]);
});

test("what is missing is named beside its field", async ({ portal }) => {
  const none = await portal.knock("", "");
  expect(none.status()).toBe(422);
  await expect(portal.page.getByLabel("Username")).toHaveAccessibleDescription(/Enter your username/);
  await portal.knock("someone", "");
  await expect(portal.page.getByLabel("Password")).toHaveAccessibleDescription(/Enter your password/);
  await expect(portal.page.getByLabel("Username")).toHaveValue("someone");
});

test("the summary of a problem takes the focus and leads to the field", async ({ portal }) => {
  await portal.knock("someone", "");
  await expect(portal.problem).toBeFocused();
  await portal.problem.getByRole("link").click();
  await expect(portal.page.getByLabel("Password")).toBeFocused();
});

test("a name is the same name in capitals @once", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.signIn({ ...account, name: account.name.toUpperCase() });
});

test("password managers can fill the fields @once", async ({ portal }) => {
  await portal.open("/login");
  await expect(portal.page.getByLabel("Username")).toHaveAttribute("autocomplete", "username");
  await expect(portal.page.getByLabel("Password")).toHaveAttribute("autocomplete", "current-password");
  await expect(portal.page.getByLabel("Password")).toHaveAttribute("type", "password");
});

test("whoever is not signed in is led from the portal to the sign-in @once", async ({ portal }) => {
  for (const path of ["/security", "/security/phones/new", "/confirm-identity", "/login/otp"]) {
    await portal.open(path);
    await portal.expectPage("/login", "Sign in");
  }
});

test("a sign-in can be cancelled, and its code is dead", async ({ portal, people }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await portal.post(portal.button("Cancel sign-in"));
  await portal.expectPage("/login", "Sign in");
  await expect(portal.news).toContainText("Sign-in cancelled");
  await portal.open("/login/otp");
  await portal.expectPage("/login", "Sign in");
  // The code of a sign-in that was given up does not help the next one.
  await portal.signInHalf(account);
  await portal.typeCode(code);
  await expect(portal.problem).toContainText("That is not the code we sent");
});

test("r57_a_half_sign_in_sees_nothing_of_the_portal", async ({ portal, people }) => {
  const account = await people.withPhone("My secret label");
  await portal.signInHalf(account);
  for (const path of ["/security", "/security/phones/new", "/security/phones/confirm", "/confirm-identity"]) {
    const answer = await portal.open(path);
    expect(await answer.text()).not.toContain("My secret label");
    await expect(portal.page).toHaveURL(/\/login(\/otp)?$/);
  }
  expect(await account.phone.codes()).toHaveLength(1);
});

test("r59_after_signing_out_the_back_button_shows_nothing", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  await portal.open("/security/phones/new");
  await portal.open("/security");
  await portal.signOut();
  await portal.page.goBack();
  await portal.expectPage("/login", "Sign in");
  await portal.open("/security");
  await portal.expectPage("/login", "Sign in");
});
