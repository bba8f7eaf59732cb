// A phone as its owner sees it: the messages that came, and the codes in them.
import { expect } from "@playwright/test";

interface Message {
  readonly to: string;
  readonly body: string;
}

/** The code that a call told, digit by digit; it says it twice. */
function spoken(text: string): string[] {
  const said = /((?:\d ){5,9}\d)\. .*\1\./.exec(text)?.[1];
  return said === undefined ? [] : [said.replaceAll(" ", "")];
}

export class Inbox {
  /** `source`: where the provider lists its messages, newest first. */
  constructor(
    private readonly source: string,
    readonly number: string,
  ) {}

  /** The last two digits, by which pages name the number. */
  get ending(): string {
    return this.number.slice(-2);
  }

  /** All texts so far, newest first. */
  async texts(): Promise<string[]> {
    const answer = await fetch(`${this.source}?to=${encodeURIComponent(this.number)}`);
    const messages = (await answer.json()) as Message[];
    return messages.map((message) => message.body);
  }

  /** All codes so far, newest first. Notices have none. */
  async codes(): Promise<string[]> {
    const texts = await this.texts();
    return texts.flatMap((text) => /\n@localhost #(\d{6,10})$/.exec(text)?.[1] ?? spoken(text));
  }

  /** The newest code; waits for the first one. */
  async code(): Promise<string> {
    return this.codeNumber(1);
  }

  /** The n-th code that came, once it is there. */
  async codeNumber(n: number): Promise<string> {
    await expect.poll(async () => (await this.codes()).length, { message: `code ${n} to ${this.number}` }).toBeGreaterThanOrEqual(n);
    const newest = (await this.codes())[0];
    if (newest === undefined) throw new Error("unreachable: the list was not empty");
    return newest;
  }

  /** The code that an action sends. */
  async codeAfter(action: () => Promise<void>): Promise<string> {
    const before = (await this.codes()).length;
    await action();
    return this.codeNumber(before + 1);
  }

  /** A code of the same length that was never sent. */
  async wrongCode(): Promise<string> {
    const known = new Set(await this.codes());
    for (let guess = 111_111; ; guess += 1) {
      if (!known.has(String(guess))) return String(guess);
    }
  }
}
