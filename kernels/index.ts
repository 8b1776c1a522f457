export { adam } from "./adam";
export { denseBackward } from "./backward";
export { denseForward } from "./forward";
