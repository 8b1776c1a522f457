import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createFrameReader, encodeFrame, type Frame } from "../../../src/serve/env/frames.ts";

const frame = fc.record({ kind: fc.nat(255), payload: fc.uint8Array({ maxLength: 40 }) });

test("frames come out as they went in, wherever the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(300), { maxLength: 8 }), (frames, cuts) => {
      const bytes = Uint8Array.from(frames.flatMap(({ kind, payload }) => [...encodeFrame(kind, payload)]));
      const read = createFrameReader(40);
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
      const found: Frame[] = [];
      for (const [at, from] of places.entries()) found.push(...read(bytes.subarray(from, places[at + 1] ?? from)));
      expect(found).toEqual(frames);
    }),
  );
});

test("a header that says more than is taken is refused before the rest has come", () => {
  const read = createFrameReader(100);
  const long = encodeFrame(1, new Uint8Array(101));
  expect(() => read(long.subarray(0, 8))).toThrow("expected a frame of at most 100 bytes, found one of 101");
});
