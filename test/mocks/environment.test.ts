import { expect, test } from "vitest";
import { readEnvironment } from "../../mocks/src/environment.ts";

test("without variables a replica listens on the loopback and is ready at once", () => {
  expect(readEnvironment({})).toEqual({ port: 8_080, host: "127.0.0.1", podName: "local", seed: "1", startupMs: 0 });
});

test("the variables are taken as they are", () => {
  const env = { PORT: "0", HOST: "0.0.0.0", POD_NAME: "cart-1", MOCK_SEED: "42", STARTUP_MS: "1500.5" };
  expect(readEnvironment(env)).toEqual({ port: 0, host: "0.0.0.0", podName: "cart-1", seed: "42", startupMs: 1_500.5 });
});

test("all malformed variables are reported at once", () => {
  expect(readEnvironment({ PORT: "70000", STARTUP_MS: "soon" })).toEqual({
    errors: [
      `PORT   expected a whole number from 0 to 65535, got "70000"`,
      `STARTUP_MS   expected a number >= 0, got "soon"`,
    ],
  });
});
