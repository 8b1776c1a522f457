"""The bridge itself: NumPy alone."""

import os
import signal
import subprocess
import time
import unittest

try:
    import numpy as np
except ImportError as missing:
    raise unittest.SkipTest(f"{missing.name} is not installed: npm run test:python installs it") from missing

from games import ROOT, TOPOLOGY
from karma_env import Batch, BridgeError, connect, start
from karma_env.batch import ACTS, PRESENT, TRUNCATED
from karma_env.connection import STEP


def attack(batch, max_cycles=3):
    return Batch(start(TOPOLOGY, game="attack", actions="delta", batch=batch, max_cycles=max_cycles))


def held(batch):
    """Everyone keeps the size, the attacker does nothing."""
    return {name: 3 * np.ones(batch.games) for name in batch.agents[:-1]} | {batch.agents[-1]: np.zeros((batch.games, 3))}


class Bridge(unittest.TestCase):
    def test_games_of_a_batch_are_those_of_their_seeds(self):
        both, alone = attack(2), attack(1)
        first = both.reset([5, 6])
        for game, seed in enumerate([5, 6]):
            single = alone.reset([seed])
            for together, apart in zip(first.observations, single.observations):
                np.testing.assert_array_equal(together[game], apart[0])
        both.close()
        alone.close()

    def test_a_game_that_is_over_stands_still_until_it_is_reset(self):
        games = attack(2)
        games.reset([1, 2])
        acts = np.array([[True, False]] * len(games.agents))
        for _ in range(3):
            results = games.step(held(games), acts)
        self.assertTrue(results.has(TRUNCATED)[:, 0].all())
        self.assertFalse(results.has(PRESENT)[:, 1].any())
        with self.assertRaisesRegex(BridgeError, "the episode is over"):
            games.step(held(games), acts)
        again = games.reset(games=[True, False])
        self.assertTrue(again.has(ACTS)[:, 0].all())
        self.assertFalse(again.has(PRESENT)[:, 1].any())
        self.assertTrue(games.step(held(games)).has(PRESENT).all())
        games.close()

    def test_shapes_signals_state_and_text(self):
        games = attack(3)
        results = games.reset()
        self.assertEqual(games.signals, ["cost", "violation", "replicas"])
        self.assertEqual(results.signals.shape, (5, 3, 3))
        self.assertEqual([array.shape for array in results.masks], [(3, 7)] * 4 + [(3, 0)])
        self.assertEqual(games.state().shape, (3, 124))
        self.assertRegex(games.render(2), "^step 0, ")
        with self.assertRaisesRegex(ValueError, r"actions of a: expected the shape \(3, 1\), found \(3, 2\)"):
            games.step({**held(games), "a": np.zeros((3, 2))})
        games.close()
        games.close()

    def test_a_reset_may_ask_for_trouble(self):
        games, same = attack(1, 40), attack(1, 40)
        calm = self.episode(games, None)
        flooded = self.episode(games, {"trouble": "ddos", "intensity": 8})
        self.assertFalse(np.array_equal(calm, flooded))
        np.testing.assert_array_equal(flooded, self.episode(same, {"trouble": "ddos", "intensity": 8}))
        np.testing.assert_array_equal(calm, self.episode(games, {"nobody's": True}))
        with self.assertRaisesRegex(BridgeError, 'expected a trouble of none, .*, found "rain"'):
            games.reset([1], options={"trouble": "rain"})
        games.close()
        same.close()

    def episode(self, games, options):
        games.reset([1], options=options)
        return np.concatenate([games.step(held(games)).rewards for _ in range(40)])

    def test_what_a_game_refuses_is_an_error_and_the_conversation_goes_on(self):
        games = attack(1)
        games.reset([1])
        with self.assertRaisesRegex(BridgeError, r"action of a: expected a whole number in \[0, 6\], got 7"):
            games.step({**held(games), "a": np.array([7])})
        self.assertTrue(games.step(held(games)).has(PRESENT).all())
        games.close()

    def test_what_cannot_be_read_ends_the_conversation(self):
        games = attack(1)
        with self.assertRaisesRegex(BridgeError, "bytes of a step, found 3"):
            games._connection.ask(STEP, b"abc", 0)
        with self.assertRaises(BridgeError):
            games.reset()
        games.close()

    def test_options_that_are_wrong_are_told(self):
        with self.assertRaisesRegex(BridgeError, "ended with exit code 1"):
            start(TOPOLOGY, game="chess")

    def test_a_server_of_our_own_ends_with_us(self):
        script = (
            f"import sys, os; sys.path.insert(0, {str(ROOT / 'python')!r}); from karma_env import start;"
            f"link = start({TOPOLOGY!r}); print(link._child.pid, flush=True); os.kill(os.getpid(), {int(signal.SIGKILL)})"
        )
        done = subprocess.run([os.sys.executable, "-c", script], capture_output=True, text=True)
        server = int(done.stdout)
        deadline = time.monotonic() + 30
        while is_alive(server) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertFalse(is_alive(server))

    def test_a_server_on_a_port_has_games_for_each_client(self):
        command = ["node", str(ROOT / "bin" / "karma.js"), "env", "serve", TOPOLOGY, "--batch", "2", "--json", "--quiet"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.send_signal, signal.SIGINT)
        port = int(server.stdout.readline().split('"port":')[1].split(",")[0])
        one, other = Batch(connect(port)), Batch(connect(port))
        np.testing.assert_array_equal(one.reset([1, 2]).observations[0], other.reset([1, 2]).observations[0])
        one.close()
        other.close()


def is_alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False
