import { readFileSync } from "node:fs";
import { type ConfigProblem, checkConfig } from "./check-config.ts";
import type { MockConfig } from "./config.ts";

/** The config in a file, or what is wrong with it as lines to print. */
export function loadConfig(path: string): MockConfig | { readonly errors: readonly string[] } {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return { errors: [`cannot read the config: ${messageOf(error)}`] };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { errors: [`${path} is not JSON: ${messageOf(error)}`] };
  }
  const checked = checkConfig(value);
  if ("service" in checked) return checked;
  return { errors: [`${path}: ${checked.length} problem${checked.length === 1 ? "" : "s"}`, ...checked.map(line)] };
}

function line({ path, message }: ConfigProblem): string {
  return `  ${path}   ${message}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
