import { obeyOrders } from "../../host/crew-side.ts";
import { obeyParts, ownParts, type PartsSetup } from "../training-parts.ts";

obeyOrders((setup, thread) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the crew was started with
  const { columns, threads, ...asked } = setup as PartsSetup;
  const parts = ownParts(asked, thread + 1, threads);
  return ({ kind, first }) => obeyParts(parts, columns, kind, first);
});
