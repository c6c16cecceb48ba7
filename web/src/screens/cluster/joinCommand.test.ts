import { expect, test } from "vitest";
import { joinCommand } from "./joinCommand";

test("the command names what was typed, and says what is missing", () => {
  const command = joinCommand({ node: "bcn", hub: "tls://hub:4222", warehouse: "BCN", name: "Barcelona" });
  expect(command).toContain("--node bcn");
  expect(command).toContain("--join tls://hub:4222");
  expect(command).toContain("--warehouse BCN=Barcelona");
  expect(joinCommand({ node: "", hub: "", warehouse: "", name: "" })).not.toContain("--warehouse");
});

test("a name cannot end its word, so nothing else is run", () => {
  const command = joinCommand({
    node: "bcn",
    hub: "h",
    warehouse: "BCN",
    name: "L'Hospitalet; rm -rf $HOME",
  });
  expect(command).toContain(`--warehouse 'BCN=L'\\''Hospitalet; rm -rf $HOME'`);
});
