// Where the programs under test are.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const workspace = resolve(import.meta.dirname, "../..");

/** The workspace's folder. */
export const root = workspace;

/** The server's binary: LATCHKEY_BIN, else the debug build. */
export const latchkey = process.env.LATCHKEY_BIN || join(workspace, "target/debug/latchkey");

/** The stand-in for Twilio: beside the server, else in the debug build. */
export const fakeTwilio = [dirname(latchkey), join(workspace, "target/debug")]
  .map((folder) => join(folder, "fake-twilio"))
  .reduce((best, next) => (existsSync(best) ? best : next));
