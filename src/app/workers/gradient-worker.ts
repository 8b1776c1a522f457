import { obeyOrders } from "../../host/crew-side.ts";
import { gradientMember, type GradientSetup } from "../training-gradients.ts";

obeyOrders((setup, thread) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the crew was started with
  const compute = gradientMember(setup as GradientSetup, thread + 1);
  return ({ first, second }) => compute({ from: first, to: second });
});
