"""PettingZoo's own tests, and Gymnasium's way of comparing, for every shipped game."""

import contextlib
import io
import unittest
import warnings

try:
    import numpy as np
    from gymnasium.utils.env_checker import data_equivalence
    from pettingzoo.test import parallel_api_test, parallel_seed_test, render_test, state_test
    from pettingzoo.test.max_cycles_test import max_cycles_test
except ImportError as missing:
    raise unittest.SkipTest(f"{missing.name} is not installed: npm run test:python installs it") from missing

from games import GAMES, STEPS, Game, OwnGame


class PettingZoo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.games = {}
        for name, options in GAMES.items():
            cls.games[name] = Game(options)
            cls.addClassCleanup(cls.games[name].stop)

    def each_game(self):
        for name, game in self.games.items():
            with self.subTest(game=name), warnings.catch_warnings():
                warnings.simplefilter("error")
                yield game

    def test_parallel_api_test(self):
        for game in self.each_game():
            env = game.parallel_env()
            parallel_api_test(env, num_cycles=100)
            env.close()

    def test_parallel_api_test_with_masks_in_observations(self):
        for game in self.each_game():
            env = game.parallel_env(masks_in_observations=True)
            parallel_api_test(env, num_cycles=100)
            env.close()

    def test_parallel_seed_test(self):
        for game in self.each_game():
            parallel_seed_test(game.parallel_env)

    def test_max_cycles_test(self):
        for name, options in GAMES.items():
            with self.subTest(game=name):
                max_cycles_test(OwnGame(options))

    def test_state_test(self):
        for game in self.each_game():
            turns, parallel = game.env(), game.parallel_env()
            state_test(turns, parallel)
            turns.close()
            parallel.close()

    def test_render_test(self):
        for game in self.each_game():
            drawn = io.StringIO()
            with contextlib.redirect_stdout(drawn):
                render_test(game.env, {"ansi": lambda text: text.startswith("step ")})
            self.assertIn("requests/s", drawn.getvalue())

    def test_two_games_of_one_seed_are_the_same_at_every_step(self):
        # parallel_seed_test stops after one step in PettingZoo 1.27.0.
        for game in self.each_game():
            one, other = game.parallel_env(), game.parallel_env()
            self.assertTrue(data_equivalence(one.reset(seed=7), other.reset(seed=7)))
            for step in range(STEPS):
                for place, agent in enumerate(one.agents):
                    one.action_space(agent).seed(100 * step + place)
                actions = {agent: one.action_space(agent).sample() for agent in one.agents}
                self.assertTrue(data_equivalence(one.step(actions), other.step(actions)), f"step {step}")
            self.assertEqual([one.agents, other.agents], [[], []])
            one.close()
            other.close()

    def test_what_comes_is_in_its_spaces_and_masks_can_be_drawn_from(self):
        for game in self.each_game():
            env = game.parallel_env(masks_in_observations=True)
            observations, infos = env.reset(seed=1)
            while env.agents:
                for agent in env.agents:
                    self.assertTrue(env.observation_space(agent).contains(observations[agent]), agent)
                actions = {a: env.action_space(a).sample(mask=infos[a].get("action_mask")) for a in env.agents}
                observations, rewards, _, _, infos = env.step(actions)
                self.assertTrue(all(np.isfinite(list(rewards.values()))))
                self.assertTrue(all(np.isfinite(info["cost"] + info["violation"]) for info in infos.values()))
            env.close()
