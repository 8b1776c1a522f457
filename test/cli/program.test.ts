import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createAct, type Run } from "../../src/cli/act.ts";
import type { CommonOptions } from "../../src/cli/context.ts";
import { createProgram } from "../../src/cli/program.ts";
import { isAnswered, usageFailure } from "../../src/cli/usage.ts";
import { KarmaError } from "../../src/core/errors.ts";
import { MOCK_IMAGE } from "../../src/system/compile/kubernetes-options.ts";
import { captureOutput } from "./captured.ts";

const program = createProgram(() => async () => {});

/** Every verb that can be run, by its full name. */
const verbs: readonly (readonly [name: string, command: Command])[] = program.commands.flatMap((command) =>
  command.commands.length === 0
    ? [[command.name(), command] as const]
    : command.commands.map((one) => [`${command.name()} ${one.name()}`, one] as const),
);

test("there are the verbs of the README, and cluster has four", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  for (const { name } of program.commands.map((command) => ({ name: command.name() }))) {
    expect(readme, name).toContain(`\`${name}`);
  }
  expect(verbs.map(([name]) => name).filter((name) => name.startsWith("cluster"))).toHaveLength(4);
});

test.each(verbs)("karma %s has an example in its help, --json and --quiet", (name, command) => {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  expect(help).toMatch(new RegExp(`Example:\\n {2}karma ${name}`));
  expect(command.options.map(({ long }) => long)).toEqual(expect.arrayContaining(["--json", "--quiet"]));
});

const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");

test.each(verbs)(
  "docs/cli.md describes karma %s, each of its options and its defaults, with an example",
  (name, command) => {
    const section = page.split(/^## /m).find((text) => text.startsWith(`\`karma ${name}\``));
    expect(section, name).toBeDefined();
    expect(section).toMatch(new RegExp(`\`\`\`sh[^\`]*karma ${name}`));
    for (const { long, defaultValue } of command.options) {
      if (long === "--json" || long === "--quiet") continue;
      expect(section).toContain(`\`${long}`);
      if (typeof defaultValue === "number") expect(section, long).toContain(String(defaultValue));
    }
  },
);

async function failureOf(...words: string[]): Promise<unknown> {
  const fresh = createProgram(() => async () => {});
  return fresh.parseAsync(words, { from: "user" }).then(
    () => undefined,
    (error: unknown) => usageFailure(error, fresh, words),
  );
}

test.each([
  [["bogus"], "unknown command 'bogus'", "karma --help"],
  [["cluster", "up", "--scale", "x"], /expected a number, found "x"/, "karma cluster up --help"],
  [["load", "--volum", "3"], "unknown option '--volum' (Did you mean --volume?)", "karma load --help"],
] as const)("a wrong command line %j is a failure with a hint, and prints nothing", async (words, message, hint) => {
  const captured = captureOutput();
  const failure = await failureOf(...words);
  expect(failure).toBeInstanceOf(KarmaError);
  expect(failure).toMatchObject({
    code: "USAGE",
    hint,
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  });
  expect(captured).toEqual({ stdout: "", stderr: "" });
});

test("help and version are answers, not failures", async () => {
  captureOutput();
  for (const words of [["--help"], ["--version"], ["train", "--help"]]) {
    const error = await createProgram(() => async () => {})
      .parseAsync(words, { from: "user" })
      .catch((caught: unknown) => caught);
    expect(isAnswered(error), words.join(" ")).toBe(true);
  }
  expect(isAnswered(new Error("no"))).toBe(false);
});

test("the version is that of package.json, and the mock's image carries it", () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(program.version()).toBe(version);
  expect(MOCK_IMAGE).toBe(`karma-mock:${version}`);
});

/** Runs a command through the whole of act with a run of our own. */
async function actOut(run: Run<CommonOptions>, options: CommonOptions): Promise<{ exit: number; stdout: string }> {
  const captured = captureOutput();
  let exit = -1;
  await createAct((code) => (exit = code))(run)("topology.json", options, {});
  return { exit, stdout: captured.stdout };
}

test("a run gets its options and arguments, and its result is printed", async () => {
  const seen: unknown[] = [];
  const run: Run<CommonOptions> = async (context, options, ...values) => {
    seen.push(options, values, context.cwd);
    return { json: { done: true }, text: "done", next: "karma" };
  };
  expect(await actOut(run, { json: true, quiet: true })).toEqual({ exit: 0, stdout: '{\n  "done": true\n}\n' });
  expect(seen).toEqual([{ json: true, quiet: true }, ["topology.json"], process.cwd()]);
});

async function failingRun(): Promise<never> {
  throw new KarmaError("NOT_READY", "not yet", "wait");
}

test("a run that fails sets the exit code of its failure", async () => {
  expect(await actOut(failingRun, { quiet: true })).toEqual({ exit: 2, stdout: "" });
});
