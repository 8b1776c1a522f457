import { expect, test } from "vitest";
import type { Explanation } from "../../src/app/explain.ts";
import { createWorkplace } from "./karma.ts";

test("a team that is trained under roles plays under them, and its log names the rules that forbade something", async () => {
  const place = createWorkplace();
  await place.run("init", "shop", "--from", "karma-chained");
  const trained = await place.run("train", "--steps", "1", "--roles", "karma", "--json", "--quiet");
  expect(trained.code).toBe(0);
  expect(JSON.parse(trained.stdout)).toMatchObject({ roles: { a: ["ddos", "failure"], b: ["bottleneck", "failure"] } });
  // More than the chain can serve: rules speak.
  const played = await place.run("transfer", "--on", "twin", "--volume", "200", "--json", "--quiet");
  expect(played.code).toBe(0);
  const told = await place.run("explain", "--all", "--json");
  const { explained } = JSON.parse(told.stdout) as Explanation;
  const ruled = explained.flatMap(({ decision: { evidence } }) => (evidence?.ruled === undefined ? [] : [evidence]));
  expect(ruled.length).toBeGreaterThan(0);
  for (const { probabilities, ruled: by } of ruled)
    for (const { actions } of by!.forbidden) for (const action of actions) expect(probabilities[action]).toBe(0);
  expect((await place.run("explain", "--all")).stdout).toMatch(
    /rule {3}\w+: after .* only .*: forbids \d+ of 15 actions/,
  );
});

test("everything that is wrong with an assignment of roles is told at once", async () => {
  const place = createWorkplace();
  await place.run("init", "shop", "--from", "karma-chained");
  const { code, stderr } = await place.run(
    "train",
    "--roles",
    "karma",
    "--assign",
    "a=scaler",
    "--assign",
    "x=failure",
  );
  expect(code).toBe(1);
  expect(stderr).toContain("expected a role that can be played, found scaler");
  expect(stderr).toContain("expected a service, found x");
});
