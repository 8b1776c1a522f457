import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellWord } from "../../src/cli/command-line.ts";

test.each(["hpa:60,down=120", "a b", "it's", "$HOME", "`ls`", "*", "", "#x", "a\nb", String.raw`back\slash`, "!x"])(
  "a shell reads %j back as it was typed",
  (word) => {
    const read = execFileSync("sh", ["-c", `printf %s ${shellWord(word)}`], { encoding: "utf8" });
    expect(read).toBe(word);
  },
);

test("a plain word stays plain", () => {
  expect(shellWord("runs/shop-1.json")).toBe("runs/shop-1.json");
});
