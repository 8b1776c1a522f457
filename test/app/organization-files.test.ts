import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readInputs } from "../../src/app/inputs.ts";
import { checkRoles, exportRoles, importRoles } from "../../src/app/organization-files.ts";
import type { Host } from "../../src/app/host.ts";
import { packagePath } from "../../src/host/package-files.ts";
import { createProgress } from "../../src/host/progress.ts";
import { createFolder } from "../host/folder.ts";

const { topology } = readInputs({ cwd: "/", topology: packagePath("topologies/karma-chained.json") });

function hostIn(cwd: string): Host {
  return { cwd, progress: createProgress("quiet"), signal: new AbortController().signal };
}

describe("an organization as XML of Moise", () => {
  test("is written, and read again as the same", async () => {
    const host = hostIn(createFolder());
    const out = await exportRoles({ file: "karma", out: "os.xml", isForced: false }, host);
    expect(out).toMatchObject({ written: join(host.cwd, "os.xml"), roles: 5, missions: 4, norms: 4 });
    expect(out.notes.map(({ what }) => what)).toContain("kept in properties; Moise lets a role do everything");
    const back = await importRoles({ file: "os.xml", out: "again.json", isForced: false }, host);
    expect(back).toMatchObject({ name: "karma", roles: 5, missions: 4, norms: 4, notes: [] });
    const again = checkRoles({ cwd: host.cwd, roles: "again.json", assign: [] }, topology);
    const shipped = checkRoles({ cwd: host.cwd, roles: "karma", assign: [] }, topology);
    expect(again.organization).toEqual(shipped.organization);
    expect(again.services).toEqual({
      a: ["ddos", "failure"],
      b: ["bottleneck", "failure"],
      c: ["failure"],
      d: ["failure", "resource"],
    });
  });

  test("overwrites nothing unless it is told to", async () => {
    const host = hostIn(createFolder());
    writeFileSync(join(host.cwd, "os.xml"), "mine");
    const request = { file: "karma", out: "os.xml", isForced: false };
    await expect(exportRoles(request, host)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(readFileSync(join(host.cwd, "os.xml"), "utf8")).toBe("mine");
    await exportRoles({ ...request, isForced: true }, host);
    expect(readFileSync(join(host.cwd, "os.xml"), "utf8")).toContain("organisational-specification");
  });

  test("with problems is refused with all of them, and nothing is written", async () => {
    const host = hostIn(createFolder());
    const { written } = await exportRoles({ file: "karma", out: "os.xml", isForced: false }, host);
    const broken = readFileSync(written, "utf8")
      .replace('role="scaler"', 'role="scalar"')
      .replace('<norm id="entry-absorbs" type="obligation"', '<norm id="entry-absorbs" type="advice"');
    writeFileSync(written, broken);
    const type = await importRoles({ file: "os.xml", out: "o.json", isForced: false }, host).catch(
      (error: unknown) => error,
    );
    expect(type).toMatchObject({ code: "INPUT_INVALID", problems: [{ path: "normative[1].type" }] });
    writeFileSync(
      written,
      broken
        .replace('type="advice"', 'type="obligation"')
        .replace('role="ddos" mission="absorb"', 'role="ddos" mission="absurd"'),
    );
    const references = importRoles({ file: "os.xml", out: "o.json", isForced: false }, host);
    await expect(references).rejects.toMatchObject({
      problems: expect.arrayContaining([
        { path: "structural.roles.bottleneck.extends[0]", message: expect.stringContaining("did you mean") },
        { path: "normative[1].mission", message: expect.stringContaining("absorb") },
      ]),
    });
    expect(() => readFileSync(join(host.cwd, "o.json"))).toThrow("ENOENT");
  });
});

test("roles that no service of the topology can play so are told, by name and place", () => {
  const host = hostIn(createFolder());
  expect(() => checkRoles({ cwd: host.cwd, roles: "karma", assign: ["a=dos"] }, topology)).toThrow(/problem/);
  expect(checkRoles({ cwd: host.cwd, roles: "karma", assign: [] }, undefined).services).toBeUndefined();
});
