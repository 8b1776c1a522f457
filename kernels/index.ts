export { adam } from "./adam";
export { denseBackward } from "./backward";
export { denseForward } from "./forward";
export { activateBackward, activateForward } from "./activation";
export { gruBackward, gruForward } from "./gru";
export { normBackward, normForward } from "./norm";
