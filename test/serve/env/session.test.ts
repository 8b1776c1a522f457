import { expect, test } from "vitest";
import { createFrameReader, type Frame, frameKinds } from "../../../src/serve/env/frames.ts";
import { flagBits } from "../../../src/serve/env/results.ts";
import { createSession, type Session } from "../../../src/serve/env/session.ts";
import { dict, discrete } from "../../../src/team/env/spaces/space.ts";
import { createBridged, payloadOf, wholePayloadOf } from "./bridged.ts";

const agents = ["a", "b", "c", "d", "attacker"] as const;
const observed = [31, 31, 31, 31, 19] as const;
const signals = 3;
const maskBytes = 7;

function only(bytes: Uint8Array): Frame {
  return createFrameReader(1e6)(bytes)[0]!;
}

function ask(session: Session, kind: number, payload: Uint8Array): Frame {
  return only(session.answer({ kind, payload }));
}

function textOf({ payload }: Frame): string {
  return new TextDecoder().decode(payload);
}

const resetAll = payloadOf([5, Number.NaN], [1, 1]);

/** Everyone of both games adds or takes nothing, the attacker attacks; the second game's may stand still. */
function stepOf(isSecondIn: boolean, delta = 3): Uint8Array {
  const second = isSecondIn ? 1 : 0;
  const numbers = [...Array.from({ length: 8 }, () => delta), 0, 4, 0, 0, 4, 0];
  return wholePayloadOf(numbers, [1, second, 1, second, 1, second, 1, second, 1, second]);
}

/** A result frame of two games, taken apart as docs/python.md says. */
function read({ kind, payload }: Frame): {
  rewards: number[];
  signals: number[];
  observations: number[][];
  flags: number[];
  masks: number[];
} {
  expect(kind).toBe(frameKinds.result);
  const view = new DataView(payload.buffer);
  let at = 0;
  const take = (count: number, bytes: number, get: (place: number) => number): number[] => {
    const taken = Array.from({ length: count }, (_, k) => get(at + bytes * k));
    at += bytes * count;
    return taken;
  };
  const float64 = (place: number): number => view.getFloat64(place, true);
  const float32 = (place: number): number => view.getFloat32(place, true);
  const uint8 = (place: number): number => view.getUint8(place);
  const result = {
    rewards: take(10, 8, float64),
    signals: take(10 * signals, 8, float64),
    observations: observed.map((length) => take(2 * length, 4, float32)),
    flags: take(10, 1, uint8),
    masks: take(2 * 4 * maskBytes, 1, uint8),
  };
  expect(at).toBe(payload.length);
  return result;
}

test("the first frame says what the games are", () => {
  const hello = JSON.parse(textOf(only(createSession(createBridged, 2).hello())));
  expect(hello).toMatchObject({
    protocol: "karma-env/1",
    id: "karma/attack-v0",
    batch: 2,
    maxSteps: 4,
    signals: ["cost", "violation", "replicas"],
  });
  expect(hello.agents.map(({ name }: { name: string }) => name)).toEqual(agents);
  expect(hello.agents[0]).toMatchObject({ action: { kind: "discrete", n: 7, start: 0 }, maskBytes });
  expect(hello.agents[4]).toMatchObject({ action: { kind: "multi-discrete", nvec: [1, 5, 3] }, maskBytes: 0 });
  expect(hello.agents[4].observation.low).toHaveLength(19);
  expect(hello.state).toMatchObject({ kind: "box", shape: [124] });
});

test("what crosses the bridge is what the games say, and a game that is not asked stands still", () => {
  const session = createSession(createBridged, 2);
  const [one, other] = [createBridged(0), createBridged(1)];
  const begun = [one.reset(5), other.reset()];
  const first = read(ask(session, frameKinds.reset, resetAll));
  for (const [agent, name] of agents.entries()) {
    const sent = begun.flatMap(({ observations }) => Array.from(observations[name] as Float32Array));
    expect(first.observations[agent]).toEqual(sent);
  }
  const masks = agents.slice(0, 4).flatMap((name) => begun.map(({ infos }) => infos[name]!.actionMask as Uint8Array));
  expect(first.masks).toEqual(masks.flatMap((mask) => Array.from(mask)));
  expect(first.masks).toContain(0);
  expect(first.flags).toEqual(Array.from({ length: 10 }, () => flagBits.present | flagBits.acts));
  const held = { a: 3, b: 3, c: 3, d: 3, attacker: Int32Array.of(0, 4, 0) };
  const result = one.step(held);
  const second = read(ask(session, frameKinds.step, stepOf(false)));
  expect(second.rewards).toEqual(agents.flatMap((name) => [result.rewards[name], 0]));
  expect(second.signals.slice(0, signals)).toEqual(
    ["cost", "violation", "replicas"].map((signal) => result.infos["a"]![signal]),
  );
  expect(second.masks.slice(0, maskBytes)).toEqual([...(result.infos["a"]!.actionMask as Uint8Array)]);
  expect(second.flags).toEqual(agents.flatMap(() => [flagBits.present | flagBits.acts, 0]));
  const states = ask(session, frameKinds.state, new Uint8Array()).payload;
  expect(new Float32Array(states.buffer)).toEqual(
    Float32Array.from([...(one.state!() as Float32Array), ...(other.state!() as Float32Array)]),
  );
  expect(textOf(ask(session, frameKinds.render, wholePayloadOf([0], [])))).toBe(one.render("ansi"));
});

test("the last step says truncated and nobody acts; a step after it is refused and the session goes on", () => {
  const session = createSession(createBridged, 2);
  ask(session, frameKinds.reset, resetAll);
  for (let step = 1; step < 4; step++) ask(session, frameKinds.step, stepOf(true));
  expect(read(ask(session, frameKinds.step, stepOf(true))).flags).toEqual(
    Array.from({ length: 10 }, () => flagBits.present | flagBits.truncated),
  );
  const refused = ask(session, frameKinds.step, stepOf(true));
  expect(refused.kind).toBe(frameKinds.error);
  expect(textOf(refused)).toMatch("the episode is over");
  expect(ask(session, frameKinds.reset, resetAll).kind).toBe(frameKinds.result);
});

/** A reset of both games with options behind it. */
function resetWith(options: string): Uint8Array {
  return Uint8Array.from([...resetAll, ...new TextEncoder().encode(options)]);
}

test("options of a reset reach the games; what they refuse is an answer", () => {
  const session = createSession(createBridged, 2);
  const drawn = (options: string): string => {
    ask(session, frameKinds.reset, resetWith(options));
    return textOf(ask(session, frameKinds.render, wholePayloadOf([0], [])));
  };
  expect(drawn(`{"trouble":"ddos","intensity":4}`)).toMatch("trouble: ddos, 4 times the arrivals");
  expect(drawn("")).not.toMatch("trouble");
  const refused = ask(session, frameKinds.reset, resetWith(`{"trouble":"rain"}`));
  expect(refused.kind).toBe(frameKinds.error);
  expect(textOf(refused)).toMatch(`expected a trouble of none`);
});

test("an action outside its space is refused by the game, by name", () => {
  const session = createSession(createBridged, 2);
  ask(session, frameKinds.reset, resetAll);
  const refused = ask(session, frameKinds.step, stepOf(true, 7));
  expect(textOf(refused)).toMatch(/action of a: expected a whole number in \[0, 6\], got 7/);
});

test.each([
  {
    what: "a reset that is too short",
    kind: frameKinds.reset,
    payload: new Uint8Array(17),
    message: /18 bytes of a reset/,
  },
  {
    what: "options that are no JSON",
    kind: frameKinds.reset,
    payload: resetWith("{trouble"),
    message: /the options of a reset as a JSON object/,
  },
  { what: "options in a list", kind: frameKinds.reset, payload: resetWith("[1]"), message: /as a JSON object/ },
  {
    what: "half a seed",
    kind: frameKinds.reset,
    payload: payloadOf([0.5, 1], [1, 1]),
    message: /as a seed, found 0.5/,
  },
  {
    what: "a step that is too long",
    kind: frameKinds.step,
    payload: new Uint8Array(99),
    message: /bytes of a step, found 99/,
  },
  {
    what: "a game there is not",
    kind: frameKinds.render,
    payload: wholePayloadOf([2], []),
    message: /a game below 2, found 2/,
  },
  { what: "an unknown kind", kind: 9, payload: new Uint8Array(), message: /kind 1 to 4, found kind 9/ },
])("$what cannot be read", ({ kind, payload, message }) => {
  const session = createSession(createBridged, 2);
  ask(session, frameKinds.reset, resetAll);
  expect(() => session.answer({ kind, payload })).toThrow(message);
});

test("a space that is no row of numbers cannot cross", () => {
  const nested = { ...createBridged(0), actionSpace: () => dict({ part: discrete(2) }) };
  expect(() => createSession(() => nested, 1)).toThrow("action of a: a dict cannot cross the bridge");
});
