import type { Command } from "commander";
import { readTopology } from "../../app/inputs.ts";
import {
  type CheckedRoles,
  checkRoles,
  type ConversionResult,
  exportRoles,
  importRoles,
} from "../../app/organization-files.ts";
import type { ImportNote } from "../../system/topology/import/notes.ts";
import type { Act } from "../act.ts";
import { type CommandContext, type CommandResult, type CommonOptions, withCommonOptions } from "../context.ts";
import { table } from "../table.ts";
import { gather } from "../options.ts";

export function addRoles(program: Command, act: Act): void {
  const roles = program.command("roles").description("check organizations, and read and write them as XML of Moise");
  withCommonOptions(roles.command("check"))
    .description("say everything that is wrong with an organization, and who plays what")
    .argument("<file>", "organization file, or the name of one that ships: karma")
    .option("--topology <file>", "services that play the roles; the organization alone when left out")
    .option("--assign <service=roles>", "who plays what instead; may be given several times", gather)
    .addHelpText("after", "\nExample:\n  karma roles check my-team.json --topology topology.json")
    .action(act(runCheck));
  withCommonOptions(roles.command("import"))
    .description("turn XML of Moise into an organization")
    .argument("<file>", "XML with an organisational-specification")
    .option("--out <file>", "file to write", "roles.json")
    .option("--force", "overwrite a file that is there")
    .addHelpText("after", "\nExample:\n  karma roles import os.xml --out my-team.json")
    .action(act(runImport));
  withCommonOptions(roles.command("export"))
    .description("write an organization as XML of Moise")
    .argument("<file>", "organization file, or the name of one that ships: karma")
    .option("--out <file>", "file to write", "os.xml")
    .option("--force", "overwrite a file that is there")
    .addHelpText("after", "\nExample:\n  karma roles export karma --out os.xml")
    .action(act(runExport));
}

type CheckOptions = CommonOptions & { readonly topology?: string; readonly assign?: readonly string[] };

async function runCheck({ cwd }: CommandContext, options: CheckOptions, file?: string): Promise<CommandResult> {
  const { topology: path, assign = [] } = options;
  const topology = path === undefined ? undefined : readTopology({ cwd, topology: path }).topology;
  const { organization, ...checked } = checkRoles({ cwd, roles: file!, assign }, topology);
  const rows = rowsOf(organization, checked.services);
  const { name, norms } = organization;
  const missions = organization.schemes.flatMap((scheme) => [...scheme.missions.keys()]);
  const text = [
    `${checked.path}: valid, ${rows.length} roles, ${missions.length} missions, ${norms.length} norms`,
    table(["role", "extends", "rules", "must", "may", ...(topology === undefined ? [] : ["played by"])], rows),
  ];
  const next = path === undefined ? `karma train --roles ${file}` : `karma train ${path} --roles ${file}`;
  const json = { ...checked, name, roles: [...organization.roles.keys()], missions, norms: norms.map(({ id }) => id) };
  return { json, text: text.join("\n"), next };
}

function rowsOf(
  { roles, norms }: CheckedRoles["organization"],
  services: CheckedRoles["services"],
): readonly (readonly string[])[] {
  return [...roles.values()].map(({ name, parents, rules, isAbstract }) => {
    const own = norms.filter(({ role }) => role === name);
    const of = (kind: string): string => list(own.filter(({ type }) => type === kind).map(({ mission }) => mission));
    const row = [isAbstract ? `${name} (abstract)` : name, list(parents), String(rules.length), of("obligation")];
    const players = Object.entries(services ?? {}).flatMap(([service, played]) =>
      played.includes(name) ? [service] : [],
    );
    return row.concat(of("permission"), services === undefined ? [] : list(players));
  });
}

function list(names: readonly string[]): string {
  return names.join(", ") || "-";
}

type ConvertOptions = CommonOptions & { readonly out: string; readonly force?: boolean };

async function runImport(
  context: CommandContext,
  { out, force }: ConvertOptions,
  file?: string,
): Promise<CommandResult> {
  const result = await importRoles({ file: file!, out, isForced: force === true }, context);
  return { json: result, text: conversionText(result), next: `karma roles check ${out}` };
}

async function runExport(
  context: CommandContext,
  { out, force }: ConvertOptions,
  file?: string,
): Promise<CommandResult> {
  const result = await exportRoles({ file: file!, out, isForced: force === true }, context);
  return { json: result, text: conversionText(result), next: `karma roles import ${out} --out again.json` };
}

function conversionText({ written, roles, missions, norms, notes }: ConversionResult): string {
  const lines = [`wrote ${written}: ${roles} roles, ${missions} missions, ${norms} norms`];
  if (notes.length > 0) lines.push("not the same on both sides:", ...notes.map(noteLine));
  return lines.join("\n");
}

function noteLine({ what, paths: [first = "", ...others] }: ImportNote): string {
  return `  ${what} (${first}${others.length > 0 ? ` and ${others.length} more` : ""})`;
}
