"""A public learner trains through the bridge: pip install torch besides, then npm run test:python -- -p test_ppo.py"""

import unittest

try:
    import numpy as np
    import torch
except ImportError as missing:
    raise unittest.SkipTest(f"NO PPO WAS TRAINED THROUGH THE BRIDGE: {missing.name} is not installed") from missing

from games import TOPOLOGY
from karma_env import Batch, start
from ppo import train

GAMES, STEPS, UPDATES = 16, 40, 40


class Ppo(unittest.TestCase):
    def test_a_team_learns_to_be_punished_less(self):
        torch.manual_seed(1)
        torch.set_num_threads(1)
        batch = Batch(start(TOPOLOGY, batch=GAMES, max_cycles=STEPS, actions="delta", seed=3))
        self.addCleanup(batch.close)
        means = train(batch, UPDATES, STEPS)
        first, last = np.mean(means[:5]), np.mean(means[-5:])
        print(f"mean reward {first:.2f} before, {last:.2f} after {UPDATES * STEPS * GAMES} steps of the team")
        self.assertGreater(last, 0.6 * first)
