import { expect, test } from "vitest";
import { addressOf, configNameOf, kubernetesName, namespaceOf } from "../../../src/system/compile/kubernetes-names.ts";

test("names that Kubernetes takes stay as they are", () => {
  expect(kubernetesName("cart")).toBe("cart");
  expect(kubernetesName("a".repeat(63))).toBe("a".repeat(63));
  expect(configNameOf("cart")).toBe("cart-config");
  expect(namespaceOf("shop")).toBe("karma-shop");
  expect(addressOf("cart")).toBe("http://cart:8080");
});

test("longer names are cut at 63 characters and stay different by a hash of the whole", () => {
  const [one, other] = ["x", "y"].map((end) => kubernetesName(`${"a".repeat(70)}${end}`));
  expect(one).toMatch(/^a{54}-[0-9a-f]{8}$/);
  expect(other).toMatch(/^a{54}-[0-9a-f]{8}$/);
  expect(one).not.toBe(other);
});

test("a name that is cut at a hyphen gets no second one", () => {
  expect(kubernetesName(`${"a".repeat(52)}--${"b".repeat(20)}`)).toMatch(/^a{52}-[0-9a-f]{8}$/);
});

test.each(["2fast", "007", "localhost"])(
  "%s is no name of a Service, and becomes one that says what it was",
  (name) => {
    expect(kubernetesName(name)).toMatch(/^[a-z]/);
    expect(kubernetesName(name)).toContain(name);
    expect(kubernetesName(name)).not.toBe(name);
  },
);
