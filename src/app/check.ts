import { checkTools, type ToolCheck } from "../host/tools.ts";

export type CheckResult = { readonly isReady: boolean; readonly tools: readonly ToolCheck[] };

/** What is installed, what is missing, and how to get it. */
export async function check(): Promise<CheckResult> {
  const tools = await checkTools();
  return { tools, isReady: tools.every(({ found, isRequired }) => found !== undefined || !isRequired) };
}
