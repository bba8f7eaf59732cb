// Before the first story: the programs under test are built where they are missing.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

import { fakeTwilio, latchkey, root } from "./binaries.ts";

export default function prepare(): void {
  const missing = [
    ...(existsSync(latchkey) ? [] : ["--package", "server", "--bin", "latchkey"]),
    ...(existsSync(fakeTwilio) ? [] : ["--package", "fake-twilio", "--bin", "fake-twilio"]),
  ];
  if (missing.length === 0) return;
  console.log(`building: cargo build ${missing.join(" ")}`);
  execFileSync("cargo", ["build", ...missing], { cwd: root, stdio: "inherit" });
}
